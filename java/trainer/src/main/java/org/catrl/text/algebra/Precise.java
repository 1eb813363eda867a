package org.catrl.text.algebra;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Functions of a real number to as many digits as asked for. Keeps the constants that it worked out.
 *
 * <p>Our own, for the work of a hostile answer must be bounded: big-math 2.3.2 takes half a second for ln(1e-399) to 60
 * digits and 14 s to 1060, 4 s for arctan(1) to 1060, and refuses arctan(1e300).
 */
final class Precise {
    /** Digits carried beyond those asked for. */
    private static final int GUARD = 12;
    private static final BigDecimal TWO = BigDecimal.valueOf(2);
    private static final BigDecimal HALF = new BigDecimal("0.5");

    private final MathContext digits;
    private BigDecimal pi;
    private BigDecimal lnTen;

    /** Functions to this many digits. */
    Precise(int digits) {
        this.digits = new MathContext(digits + GUARD, RoundingMode.HALF_EVEN);
    }

    /** The digits carried, with which results are rounded. */
    MathContext digits() {
        return digits;
    }

    /** The ratio of a circle's circumference to its diameter, by Machin's formula. */
    BigDecimal pi() {
        if (pi == null) {
            BigDecimal fifth = new BigDecimal("0.2");
            BigDecimal other = BigDecimal.ONE.divide(BigDecimal.valueOf(239), digits);
            pi = BigDecimal.valueOf(16).multiply(arctanSeries(fifth))
                    .subtract(BigDecimal.valueOf(4).multiply(arctanSeries(other)), digits);
        }
        return pi;
    }

    /** e to this power, which may not be far from 0: 10,000 at most. */
    BigDecimal exp(BigDecimal x) {
        int halvings = 8 + Math.max(0, (int) Math.ceil(Math.log(Math.abs(x.doubleValue()) + 1) / Math.log(2)));
        MathContext more = new MathContext(digits.getPrecision() + halvings, RoundingMode.HALF_EVEN);
        BigInteger one = BigInteger.TEN.pow(more.getPrecision());
        BigInteger small = fixed(x.divide(TWO.pow(halvings), more), more.getPrecision());
        BigInteger total = one;
        BigInteger term = one;
        for (int n = 1; term.signum() != 0; n++) {
            term = term.multiply(small).divide(one.multiply(BigInteger.valueOf(n)));
            total = total.add(term);
        }
        BigDecimal sum = new BigDecimal(total, more.getPrecision());
        for (int i = 0; i < halvings; i++) {
            sum = sum.multiply(sum, more);
        }
        return sum.round(digits);
    }

    /** The natural logarithm of a positive number. */
    BigDecimal ln(BigDecimal x) {
        int exponent = x.precision() - x.scale() - 1;
        BigDecimal leading = x.scaleByPowerOfTen(-exponent);
        if (exponent == 0) {
            return lnNear(leading);
        }
        if (lnTen == null) {
            lnTen = lnNear(BigDecimal.TEN);
        }
        return lnNear(leading).add(lnTen.multiply(BigDecimal.valueOf(exponent)), digits);
    }

    /** The logarithm of a number from 1 to 10, by Halley's iteration: each step has three times the digits. */
    private BigDecimal lnNear(BigDecimal x) {
        BigDecimal y = new BigDecimal(Math.log(x.round(MathContext.DECIMAL64).doubleValue()));
        for (int known = 14; known < digits.getPrecision(); known *= 3) {
            BigDecimal power = exp(y);
            y = y.add(TWO.multiply(x.subtract(power)).divide(x.add(power), digits), digits);
        }
        return y;
    }

    /** The sine, of a number of 10,000 at most. */
    BigDecimal sin(BigDecimal x) {
        return turned(x, 0);
    }

    /** The cosine, of a number of 10,000 at most. */
    BigDecimal cos(BigDecimal x) {
        return turned(x, 1);
    }

    /** The sine of x and so many right angles more. */
    private BigDecimal turned(BigDecimal x, int rightAngles) {
        BigDecimal right = pi().multiply(HALF);
        long turns = x.divide(right, digits).setScale(0, RoundingMode.HALF_EVEN).longValueExact();
        BigDecimal rest = x.subtract(right.multiply(BigDecimal.valueOf(turns)));
        int quarter = (int) Math.floorMod(turns + rightAngles, 4L);
        BigDecimal value = quarter % 2 == 0 ? alternating(rest, 1) : alternating(rest, 0);
        return quarter < 2 ? value : value.negate();
    }

    /** x - x^3/3! + ... from the first power on, or 1 - x^2/2! + ... from power 0 on. */
    private BigDecimal alternating(BigDecimal x, int power) {
        int places = places(x);
        BigInteger one = BigInteger.TEN.pow(places);
        BigInteger small = fixed(x, places);
        BigInteger square = small.multiply(small).divide(one).negate();
        BigInteger term = power == 0 ? one : small;
        BigInteger sum = term;
        for (long n = power + 1; term.signum() != 0; n += 2) {
            term = term.multiply(square).divide(one.multiply(BigInteger.valueOf(n * (n + 1))));
            sum = sum.add(term);
        }
        return new BigDecimal(sum, places);
    }

    /** The places behind the point that hold all digits of a small number. */
    private int places(BigDecimal x) {
        return digits.getPrecision() + (x.signum() == 0 ? 0 : Math.max(0, (int) -size(x)));
    }

    /** The number with so many places behind the point, as a whole number of its last places. */
    private static BigInteger fixed(BigDecimal x, int places) {
        return x.setScale(places, RoundingMode.HALF_EVEN).unscaledValue();
    }

    /** The angle whose tangent it is. */
    BigDecimal arctan(BigDecimal x) {
        if (x.abs().compareTo(BigDecimal.ONE) > 0) {
            BigDecimal right = pi().multiply(HALF);
            BigDecimal rest = arctan(BigDecimal.ONE.divide(x, digits));
            return (x.signum() > 0 ? right : right.negate()).subtract(rest, digits);
        }
        BigDecimal reduced = x;
        for (int i = 0; i < 3; i++) {
            BigDecimal root = BigDecimal.ONE.add(reduced.multiply(reduced, digits)).sqrt(digits);
            reduced = reduced.divide(BigDecimal.ONE.add(root), digits);
        }
        return BigDecimal.valueOf(8).multiply(arctanSeries(reduced), digits);
    }

    private BigDecimal arctanSeries(BigDecimal x) {
        int places = places(x);
        BigInteger one = BigInteger.TEN.pow(places);
        BigInteger small = fixed(x, places);
        BigInteger square = small.multiply(small).divide(one).negate();
        BigInteger power = small;
        BigInteger sum = power;
        for (long n = 3; power.signum() != 0; n += 2) {
            power = power.multiply(square).divide(one);
            sum = sum.add(power.divide(BigInteger.valueOf(n)));
        }
        return new BigDecimal(sum, places);
    }

    /** The root of a number that is not negative. */
    BigDecimal sqrt(BigDecimal x) {
        return x.sqrt(digits);
    }

    /** The base-ten logarithm of a number's size, roughly; very low of 0. */
    static double size(BigDecimal x) {
        if (x.signum() == 0) {
            return -1e9;
        }
        int exponent = x.precision() - x.scale() - 1;
        BigDecimal leading = x.round(MathContext.DECIMAL32).scaleByPowerOfTen(-exponent);
        return exponent + Math.log10(Math.abs(leading.floatValue()));
    }
}
