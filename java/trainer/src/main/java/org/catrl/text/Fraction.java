package org.catrl.text;

import java.math.BigInteger;

/**
 * An exact fraction in lowest terms, its denominator positive. Parts of more than 16,384 bits are refused, so that a
 * written answer cannot fill the memory.
 *
 * @param over  the numerator
 * @param under the denominator
 */
public record Fraction(BigInteger over, BigInteger under) implements Comparable<Fraction> {
    /** The fraction 1. */
    public static final Fraction ONE = of(1);
    private static final int MOST_BITS = 16_384;

    /**
     * The fraction in lowest terms.
     *
     * @throws ArithmeticException where the denominator is 0 or the numbers are too long
     */
    public static Fraction of(BigInteger over, BigInteger under) {
        if (under.signum() == 0 || over.bitLength() > MOST_BITS || under.bitLength() > MOST_BITS) {
            throw new ArithmeticException("no fraction: a denominator of 0, or more than " + MOST_BITS + " bits");
        }
        BigInteger common = over.gcd(under).multiply(BigInteger.valueOf(under.signum()));
        return new Fraction(over.divide(common), under.divide(common));
    }

    /** A whole number. */
    public static Fraction of(long value) {
        return new Fraction(BigInteger.valueOf(value), BigInteger.ONE);
    }

    /** The sum. */
    public Fraction plus(Fraction b) {
        return of(over.multiply(b.under).add(b.over.multiply(under)), under.multiply(b.under));
    }

    /** The difference. */
    public Fraction minus(Fraction b) {
        return plus(b.negated());
    }

    /** The product. */
    public Fraction times(Fraction b) {
        return of(over.multiply(b.over), under.multiply(b.under));
    }

    /** The fraction with its parts exchanged. @throws ArithmeticException of 0 */
    public Fraction inverse() {
        return of(under, over);
    }

    /** The fraction with the other sign. */
    public Fraction negated() {
        return new Fraction(over.negate(), under);
    }

    /** The power. @throws ArithmeticException where it is too long, or 0 to a power that is not positive */
    public Fraction power(int exponent) {
        long bits = Math.max(over.bitLength(), under.bitLength());
        if (bits * Math.abs((long) exponent) > MOST_BITS && !(bits == 1 && Math.abs(exponent) <= MOST_BITS)
                || over.signum() == 0 && exponent <= 0) {
            throw new ArithmeticException("no power: too long, or 0 to the power " + exponent);
        }
        Fraction raised = new Fraction(over.pow(Math.abs(exponent)), under.pow(Math.abs(exponent)));
        return exponent < 0 ? raised.inverse() : raised;
    }

    /** Whether the denominator is 1. */
    public boolean whole() {
        return under.equals(BigInteger.ONE);
    }

    /** The largest whole number that is not above. */
    public Fraction floor() {
        return new Fraction(over.subtract(over.mod(under)).divide(under), BigInteger.ONE);
    }

    /** -1, 0 or 1. */
    public int signum() {
        return over.signum();
    }

    /** Whether this many decimals write it in full. */
    public boolean endsWithin(int decimals) {
        return BigInteger.TEN.pow(decimals).mod(under).signum() == 0;
    }

    @Override
    public int compareTo(Fraction b) {
        return over.multiply(b.under).compareTo(b.over.multiply(under));
    }

    @Override
    public String toString() {
        return whole() ? over.toString() : over + "/" + under;
    }
}
