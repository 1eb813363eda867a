package org.catrl.text;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Optional;

/**
 * Reads arithmetic over rational numbers, as TeX or as plain text writes it, into an exact fraction: decimals, + - * /,
 * powers, brackets, \frac, mixed numbers, roots that come out even.
 */
final class ExactNumber {
    /** Longer texts, powers and numbers are not read: an answer must not be able to fill the memory. */
    private static final int LONGEST = 200;
    private static final int HIGHEST_POWER = 64;
    private static final int MOST_BITS = 4096;
    /** Decimals from which on a decimal stands for the fraction it rounds, if its denominator is at most this. */
    private static final int ROUNDED_DECIMALS = 10;
    private static final long LARGEST_DENOMINATOR = 1000;

    private record Fraction(BigInteger over, BigInteger under) {
        static Fraction of(BigInteger over, BigInteger under) {
            check(under.signum() != 0 && over.bitLength() <= MOST_BITS && under.bitLength() <= MOST_BITS);
            BigInteger common = over.gcd(under).multiply(BigInteger.valueOf(under.signum()));
            return new Fraction(over.divide(common), under.divide(common));
        }

        Fraction plus(Fraction b) {
            return of(over.multiply(b.under).add(b.over.multiply(under)), under.multiply(b.under));
        }

        Fraction times(Fraction b) {
            return of(over.multiply(b.over), under.multiply(b.under));
        }

        Fraction inverse() {
            return of(under, over);
        }

        Fraction negated() {
            return new Fraction(over.negate(), under);
        }

        boolean whole() {
            return under.equals(BigInteger.ONE);
        }

        @Override
        public String toString() {
            return whole() ? over.toString() : over + "/" + under;
        }
    }

    /** The text is no number of this grammar. No stack trace: this is the ordinary way out. */
    private static final class NotANumber extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotANumber() {
            super(null, null, false, false);
        }
    }

    private final String text;
    private int position;

    private ExactNumber(String text) {
        this.text = text;
    }

    /** The number in lowest terms, "3", "-1/2", or empty when the text (without white space) is not one. */
    static Optional<String> canonical(String text) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            ExactNumber reader = new ExactNumber(text);
            Fraction value = reader.sum();
            check(reader.position == text.length());
            return Optional.of(value.toString());
        } catch (NotANumber e) {
            return Optional.empty();
        }
    }

    private static void check(boolean good) {
        if (!good) {
            throw new NotANumber();
        }
    }

    private Fraction sum() {
        Fraction value = product();
        while (true) {
            if (take("+")) {
                value = value.plus(product());
            } else if (take("-")) {
                value = value.plus(product().negated());
            } else {
                return value;
            }
        }
    }

    private Fraction product() {
        Fraction value = signed();
        while (true) {
            if (take("*") || take("\\cdot") || take("\\times") || next() == '(') {
                value = value.times(signed());
            } else if (take("/") || take("\\div")) {
                value = value.times(signed().inverse());
            } else {
                return value;
            }
        }
    }

    private Fraction signed() {
        if (take("-")) {
            return signed().negated();
        }
        return take("+") ? signed() : power();
    }

    private Fraction power() {
        Fraction base = atom();
        if (!take("^")) {
            return base;
        }
        Fraction exponent = next() == '{' ? group() : digit();
        check(exponent.whole() && exponent.over.abs().bitLength() < 8);
        int n = exponent.over.intValue();
        check(Math.abs(n) <= HIGHEST_POWER && Math.max(base.over.bitLength(), base.under.bitLength()) * n <= MOST_BITS);
        Fraction raised = Fraction.of(base.over.pow(Math.abs(n)), base.under.pow(Math.abs(n)));
        return n < 0 ? raised.inverse() : raised;
    }

    private Fraction atom() {
        if (next() == '(' || next() == '{') {
            return group();
        } else if (take("\\frac")) {
            return group().times(group().inverse());
        } else if (take("\\sqrt")) {
            return root();
        }
        Fraction number = decimal();
        // A whole number right before a fraction is a mixed number, not a product.
        return number.whole() && take("\\frac") ? number.plus(group().times(group().inverse())) : number;
    }

    /** The value of what stands between the bracket here and its partner. */
    private Fraction group() {
        boolean round = take("(");
        check(round || take("{"));
        Fraction value = sum();
        check(take(round ? ")" : "}"));
        return value;
    }

    private Fraction digit() {
        check(next() >= '0' && next() <= '9');
        return new Fraction(BigInteger.valueOf(text.charAt(position++) - '0'), BigInteger.ONE);
    }

    private Fraction root() {
        int degree = 2;
        if (take("[")) {
            degree = digit().over.intValue();
            check(degree >= 2 && take("]"));
        }
        Fraction inside = group();
        check(inside.over.signum() >= 0);
        return Fraction.of(root(inside.over, degree), root(inside.under, degree));
    }

    private static BigInteger root(BigInteger value, int degree) {
        check(value.bitLength() <= 50);
        BigInteger root = BigInteger.valueOf(Math.round(Math.pow(value.longValue(), 1.0 / degree)));
        check(root.pow(degree).equals(value));
        return root;
    }

    private Fraction decimal() {
        int from = position;
        while (next() >= '0' && next() <= '9' || next() == '.') {
            position++;
        }
        String digits = text.substring(from, position);
        check(digits.chars().filter(c -> c == '.').count() <= 1 && digits.chars().anyMatch(c -> c != '.'));
        BigDecimal value = new BigDecimal(digits);
        if (value.scale() >= ROUNDED_DECIMALS) {
            Fraction simple = nearest(value);
            if (simple != null) {
                return simple;
            }
        }
        return value.scale() <= 0 ? Fraction.of(value.toBigIntegerExact(), BigInteger.ONE)
                : Fraction.of(value.unscaledValue(), BigInteger.TEN.pow(value.scale()));
    }

    /** The fraction of small denominator that these decimals round or cut off, or null. */
    private static Fraction nearest(BigDecimal value) {
        BigDecimal lastPlace = BigDecimal.ONE.movePointLeft(value.scale());
        for (long under = 1; under <= LARGEST_DENOMINATOR; under++) {
            BigDecimal denominator = BigDecimal.valueOf(under);
            BigDecimal scaled = value.multiply(denominator);
            BigDecimal over = scaled.setScale(0, RoundingMode.HALF_EVEN);
            if (scaled.subtract(over).abs().compareTo(lastPlace.multiply(denominator)) <= 0) {
                return Fraction.of(over.toBigIntegerExact(), BigInteger.valueOf(under));
            }
        }
        return null;
    }

    private char next() {
        return position < text.length() ? text.charAt(position) : 0;
    }

    private boolean take(String token) {
        boolean here = text.startsWith(token, position);
        position += here ? token.length() : 0;
        return here;
    }
}
