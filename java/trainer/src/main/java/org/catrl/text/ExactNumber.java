package org.catrl.text;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
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
    private static final int LARGEST_EXPONENT = 300;
    private static final int ROUNDED_DECIMALS = 12;
    private static final MathContext EXACTLY = new MathContext(2 * LONGEST);
    private static final int ROUNDED_DIGITS = 15;
    /** The largest denominator of a fraction that a long decimal stands for. */
    private static final long LARGEST_DENOMINATOR = 1000;

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
        } catch (NotANumber | ArithmeticException e) {
            return Optional.empty();
        }
    }

    private static void check(boolean good) {
        if (!good) {
            throw new NotANumber();
        }
    }

    private static Fraction bounded(Fraction value) {
        check(value.over().bitLength() <= MOST_BITS && value.under().bitLength() <= MOST_BITS);
        return value;
    }

    private Fraction sum() {
        Fraction value = product();
        while (true) {
            if (take("+")) {
                value = bounded(value.plus(product()));
            } else if (take("-")) {
                value = bounded(value.minus(product()));
            } else {
                return value;
            }
        }
    }

    private Fraction product() {
        Fraction value = signed();
        while (true) {
            if (take("*") || take("\\cdot") || take("\\times") || next() == '(') {
                value = bounded(value.times(signed()));
            } else if (take("/") || take("\\div")) {
                value = bounded(value.times(signed().inverse()));
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
        check(exponent.whole() && exponent.over().abs().bitLength() < 8);
        int n = exponent.over().intValue();
        check(Math.abs(n) <= HIGHEST_POWER);
        return bounded(base.power(n));
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
        return Fraction.of(text.charAt(position++) - '0');
    }

    private Fraction root() {
        int degree = 2;
        if (take("[")) {
            degree = digit().over().intValue();
            check(degree >= 2 && take("]"));
        }
        Fraction inside = group();
        check(inside.over().signum() >= 0);
        return Fraction.of(root(inside.over(), degree), root(inside.under(), degree));
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
        BigDecimal value = new BigDecimal(digits).scaleByPowerOfTen(exponent());
        Fraction exact = value.scale() <= 0 ? Fraction.of(value.toBigIntegerExact(), BigInteger.ONE)
                : Fraction.of(value.unscaledValue(), BigInteger.TEN.pow(value.scale()));
        return standsForMore(digits) ? nearest(value).orElse(exact) : exact;
    }

    /** Whether a decimal has the digits of a computer's number, so that it may stand for what it rounds. */
    static boolean standsForMore(String decimal) {
        int point = decimal.indexOf('.');
        int leading = 0;
        while (leading < decimal.length() && (decimal.charAt(leading) == '0' || decimal.charAt(leading) == '.')) {
            leading++;
        }
        int significant = decimal.length() - leading - (leading <= point ? 1 : 0);
        return point >= 0 && decimal.length() - point - 1 >= ROUNDED_DECIMALS && significant >= ROUNDED_DIGITS;
    }

    /** The power of ten behind an e, as in 1.5e3; 0 where none is written. */
    private int exponent() {
        if (next() != 'e' && next() != 'E') {
            return 0;
        }
        position++;
        boolean negative = take("-");
        position += !negative && next() == '+' ? 1 : 0;
        int from = position;
        while (next() >= '0' && next() <= '9') {
            position++;
        }
        check(position > from && position - from <= 3);
        int exponent = Integer.parseInt(text.substring(from, position));
        check(exponent <= LARGEST_EXPONENT);
        return negative ? -exponent : exponent;
    }

    /** The fraction of small denominator that these decimals round or cut off, if they cannot write it in full. */
    private static Optional<Fraction> nearest(BigDecimal value) {
        BigDecimal lastPlace = BigDecimal.ONE.movePointLeft(value.scale());
        for (long under = 2; under <= LARGEST_DENOMINATOR; under++) {
            BigDecimal denominator = BigDecimal.valueOf(under);
            BigDecimal scaled = value.multiply(denominator);
            BigDecimal over = scaled.setScale(0, RoundingMode.HALF_EVEN);
            if (scaled.subtract(over).abs().compareTo(lastPlace.multiply(denominator)) <= 0
                    && LongDecimal.rounds(value, over.divide(denominator, EXACTLY), value.scale())) {
                return Optional.of(Fraction.of(over.toBigIntegerExact(), BigInteger.valueOf(under)))
                        .filter(simple -> !simple.endsWithin(value.scale()));
            }
        }
        return Optional.empty();
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
