package org.catrl.text.algebra;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * A complex number, its functions with the digits of a {@link Precise}. Roots and logarithms are principal values.
 *
 * @param real      the real part
 * @param imaginary the imaginary part
 */
record Complex(BigDecimal real, BigDecimal imaginary) {
    static final Complex ZERO = of(BigDecimal.ZERO);
    static final Complex ONE = of(BigDecimal.ONE);
    static final Complex I = new Complex(BigDecimal.ZERO, BigDecimal.ONE);

    static Complex of(BigDecimal real) {
        return new Complex(real, BigDecimal.ZERO);
    }

    boolean isReal() {
        return imaginary.signum() == 0;
    }

    boolean isZero() {
        return isReal() && real.signum() == 0;
    }

    /** Whether it is a whole number. */
    boolean isWhole() {
        return isReal() && real.stripTrailingZeros().scale() <= 0;
    }

    /** The base-ten logarithm of its size, roughly; very low of 0. */
    double size() {
        return Math.max(Precise.size(real), Precise.size(imaginary));
    }

    Complex negate() {
        return new Complex(real.negate(), imaginary.negate());
    }

    Complex plus(Complex b, Precise p) {
        return new Complex(real.add(b.real, p.digits()), imaginary.add(b.imaginary, p.digits()));
    }

    Complex minus(Complex b, Precise p) {
        return plus(b.negate(), p);
    }

    Complex times(Complex b, Precise p) {
        MathContext digits = p.digits();
        if (isReal() && b.isReal()) {
            return of(real.multiply(b.real, digits));
        }
        return new Complex(real.multiply(b.real).subtract(imaginary.multiply(b.imaginary), digits),
                real.multiply(b.imaginary).add(imaginary.multiply(b.real), digits));
    }

    /** The quotient. @throws ArithmeticException where the other is 0 */
    Complex over(Complex b, Precise p) {
        MathContext digits = p.digits();
        if (b.isReal()) {
            return new Complex(real.divide(b.real, digits), imaginary.divide(b.real, digits));
        }
        BigDecimal norm = b.real.multiply(b.real).add(b.imaginary.multiply(b.imaginary), digits);
        Complex product = times(new Complex(b.real, b.imaginary.negate()), p);
        return new Complex(product.real.divide(norm, digits), product.imaginary.divide(norm, digits));
    }

    /** The power to a whole number. */
    Complex power(long exponent, Precise p) {
        Complex result = ONE;
        Complex square = this;
        for (long left = Math.abs(exponent); left > 0; left /= 2) {
            result = left % 2 == 1 ? result.times(square, p) : result;
            square = left > 1 ? square.times(square, p) : square;
        }
        return exponent < 0 ? ONE.over(result, p) : result;
    }

    /** The power; of a number other than 0. */
    Complex power(Complex exponent, Precise p) {
        return exponent.times(ln(p), p).exp(p);
    }

    Complex abs(Precise p) {
        return of(isReal() ? real.abs() : p.sqrt(real.multiply(real).add(imaginary.multiply(imaginary), p.digits())));
    }

    Complex sqrt(Precise p) {
        if (isReal()) {
            return real.signum() >= 0 ? of(p.sqrt(real)) : new Complex(BigDecimal.ZERO, p.sqrt(real.negate()));
        }
        BigDecimal half = new BigDecimal("0.5");
        BigDecimal size = abs(p).real;
        BigDecimal larger = p.sqrt(size.add(real.abs()).multiply(half, p.digits()));
        BigDecimal smaller = imaginary.abs().divide(larger, p.digits()).multiply(half);
        BigDecimal up = real.signum() >= 0 ? smaller : larger;
        return new Complex(real.signum() >= 0 ? larger : smaller, imaginary.signum() >= 0 ? up : up.negate());
    }

    Complex exp(Precise p) {
        BigDecimal size = p.exp(real);
        return isReal() ? of(size) : new Complex(size.multiply(p.cos(imaginary), p.digits()),
                size.multiply(p.sin(imaginary), p.digits()));
    }

    /** The logarithm. @throws ArithmeticException of 0 */
    Complex ln(Precise p) {
        if (isZero()) {
            throw new ArithmeticException("the logarithm of 0");
        }
        if (isReal() && real.signum() > 0) {
            return of(p.ln(real));
        }
        return new Complex(p.ln(abs(p).real), angle(p));
    }

    private BigDecimal angle(Precise p) {
        if (real.signum() == 0) {
            return p.pi().multiply(new BigDecimal(imaginary.signum() > 0 ? "0.5" : "-0.5"));
        }
        BigDecimal angle = p.arctan(imaginary.divide(real, p.digits()));
        return real.signum() > 0 ? angle
                : imaginary.signum() >= 0 ? angle.add(p.pi(), p.digits()) : angle.subtract(p.pi(), p.digits());
    }

    Complex sin(Precise p) {
        if (isReal()) {
            return of(p.sin(real));
        }
        Complex turn = times(I, p).exp(p);
        return turn.minus(ONE.over(turn, p), p).over(I.plus(I, p), p);
    }

    Complex cos(Precise p) {
        if (isReal()) {
            return of(p.cos(real));
        }
        Complex turn = times(I, p).exp(p);
        return turn.plus(ONE.over(turn, p), p).over(ONE.plus(ONE, p), p);
    }

    Complex sinh(Precise p) {
        return times(I, p).sin(p).over(I, p);
    }

    Complex cosh(Precise p) {
        return times(I, p).cos(p);
    }

    Complex arcsin(Precise p) {
        Complex root = ONE.minus(times(this, p), p).sqrt(p);
        if (isReal() && root.isReal()) {
            return root.isZero() ? of(p.pi().multiply(new BigDecimal(real.signum() > 0 ? "0.5" : "-0.5")))
                    : of(p.arctan(real.divide(root.real, p.digits())));
        }
        return times(I, p).plus(root, p).ln(p).over(I, p);
    }

    Complex arctan(Precise p) {
        if (isReal()) {
            return of(p.arctan(real));
        }
        Complex turned = times(I, p);
        return ONE.plus(turned, p).ln(p).minus(ONE.minus(turned, p).ln(p), p).over(I.plus(I, p), p);
    }
}
