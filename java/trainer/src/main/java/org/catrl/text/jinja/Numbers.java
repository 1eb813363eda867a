package org.catrl.text.jinja;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Pattern;

/** Python's arithmetic: an int is a Long, a float a Double, and a bool counts as 0 or 1. */
final class Numbers {
    private static final int MOST_DIGITS = 17;
    private static final double EXPONENT_BELOW = 1e-4;
    private static final double EXPONENT_FROM = 1e16;
    private static final int FARTHEST_PLACE = 400;
    private static final Pattern FLOAT = Pattern.compile("[+-]?(?:(?:\\d++(?:_\\d++)*+\\.?+(?:\\d++(?:_\\d++)*+)?+"
            + "|\\.\\d++(?:_\\d++)*+)(?:[eE][+-]?+\\d++)?+|(?i:inf(?:inity)?+|nan))");
    private static final Pattern INTEGER = Pattern.compile("[+-]?+\\w++", Pattern.UNICODE_CHARACTER_CLASS);

    private Numbers() { }

    /** Whether the value is an int, a float or a bool. */
    static boolean isNumber(Object value) {
        return value instanceof Long || value instanceof Double || value instanceof Boolean;
    }

    /** The number that the value is; True counts as 1. */
    static Number number(Object value) {
        return value instanceof Boolean truth ? Long.valueOf(truth ? 1 : 0) : (Number) value;
    }

    /** The order of two numbers, or null where one is NaN. */
    static Integer order(Object a, Object b) {
        Number x = number(a);
        Number y = number(b);
        if (x instanceof Long left && y instanceof Long right) {
            return Long.compare(left, right);
        }
        double left = x.doubleValue();
        double right = y.doubleValue();
        if (Double.isNaN(left) || Double.isNaN(right)) {
            return null;
        }
        return Double.isInfinite(left) || Double.isInfinite(right) ? (Integer) Double.compare(left, right)
                : (Integer) exact(x).compareTo(exact(y));
    }

    private static BigDecimal exact(Number number) {
        return number instanceof Long whole ? BigDecimal.valueOf(whole) : new BigDecimal(number.doubleValue());
    }

    /** The value of an operation. @throws JinjaException where it has none, or one too large for 64 bits */
    static Object arithmetic(String operator, Object a, Object b) {
        Number left = number(a);
        Number right = number(b);
        if (right.doubleValue() == 0 && "//%".contains(operator)) {
            throw new JinjaException("division by zero");
        }
        try {
            return left instanceof Long x && right instanceof Long y ? whole(operator, x, y)
                    : real(operator, left.doubleValue(), right.doubleValue());
        } catch (ArithmeticException e) {
            throw new JinjaException(left + " " + operator + " " + right + " is too large for an int of 64 bits");
        }
    }

    private static Object whole(String operator, long a, long b) {
        return switch (operator) {
            case "+" -> Math.addExact(a, b);
            case "-" -> Math.subtractExact(a, b);
            case "*" -> Math.multiplyExact(a, b);
            case "/" -> BigDecimal.valueOf(a).divide(BigDecimal.valueOf(b), new MathContext(40)).doubleValue();
            case "//" -> b == -1 ? Math.negateExact(a) : Math.floorDiv(a, b);
            case "%" -> Math.floorMod(a, b);
            default -> b < 0 ? real(operator, a, b) : (Object) power(a, b);
        };
    }

    private static long power(long base, long exponent) {
        if (base == 0 || base == 1 || base == -1) {
            return exponent == 0 ? 1 : exponent % 2 == 0 ? base * base : base;
        }
        long result = 1;
        for (long i = 0; i < exponent; i++) {
            result = Math.multiplyExact(result, base);
        }
        return result;
    }

    private static Object real(String operator, double a, double b) {
        return switch (operator) {
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            case "/" -> a / b;
            case "//" -> floorDivided(a, b);
            case "%" -> remainder(a, b);
            default -> realPower(a, b);
        };
    }

    private static double remainder(double a, double b) {
        double rest = a % b;
        return rest == 0 ? Math.copySign(0, b) : rest < 0 == b < 0 ? rest : rest + b;
    }

    private static double floorDivided(double a, double b) {
        double quotient = (a - remainder(a, b)) / b;
        double floor = Math.floor(quotient);
        return quotient == 0 ? Math.copySign(0, a / b) : quotient - floor > 0.5 ? floor + 1 : floor;
    }

    private static double realPower(double a, double b) {
        if (a == 0 && b < 0) {
            throw new JinjaException("0 to the power of " + repr(b) + " has no value");
        }
        if (a < 0 && b != Math.rint(b) && !Double.isInfinite(a)) {
            throw new JinjaException(repr(a) + " ** " + repr(b) + " is no real number");
        }
        double power = a == 1 || b == 0 ? 1 : a == -1 && Double.isInfinite(b) ? 1 : Math.pow(a, b);
        if (Double.isInfinite(power) && !Double.isInfinite(a) && !Double.isInfinite(b)) {
            throw new ArithmeticException();
        }
        return power;
    }

    /** Python's repr of a float: the shortest digits that come back, an exponent below 1e-4 and from 1e16. */
    static String repr(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }
        double size = Math.abs(value);
        String sign = value < 0 || 1 / value < 0 ? "-" : "";
        BigDecimal shortest = shortest(size);
        if (size == 0 || size >= EXPONENT_BELOW && size < EXPONENT_FROM) {
            String plain = shortest.stripTrailingZeros().toPlainString();
            return sign + (plain.contains(".") ? plain : plain + ".0");
        }
        BigDecimal bare = shortest.stripTrailingZeros();
        String digits = bare.unscaledValue().toString();
        return sign + digits.charAt(0) + (digits.length() > 1 ? "." + digits.substring(1) : "")
                + exponent('e', bare.precision() - bare.scale() - 1);
    }

    /** An exponent as Python and C write it: a sign and at least two digits. */
    static String exponent(char letter, int exponent) {
        return letter + (exponent < 0 ? "-" : "+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    }

    /**
     * The number with the fewest digits that is read as this one; Double.toString of Java 17 may have one more. At a
     * power of two the next float below is nearer than that above, so the nearest decimal may fail where one above
     * does not.
     */
    private static BigDecimal shortest(double size) {
        BigDecimal exact = new BigDecimal(size);
        for (int digits = 1; digits < MOST_DIGITS; digits++) {
            BigDecimal rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
            BigDecimal above = exact.round(new MathContext(digits, RoundingMode.CEILING));
            if (rounded.doubleValue() == size || above.doubleValue() == size) {
                return rounded.doubleValue() == size ? rounded : above;
            }
        }
        return exact.round(new MathContext(MOST_DIGITS, RoundingMode.HALF_EVEN));
    }

    /** Python's float(text), or null where the text is none. */
    static Double parsed(String text) {
        String bare = Characters.strip(text);
        if (!FLOAT.matcher(bare).matches()) {
            return null;
        }
        String lower = bare.toLowerCase(Locale.ROOT);
        if (lower.contains("n")) {
            return lower.contains("nan") ? Double.NaN
                    : lower.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        return Double.valueOf(lower.replace("_", ""));
    }

    /**
     * Python's int(text, base), or null where the text is none.
     *
     * @throws JinjaException where the number is too large for 64 bits
     */
    static Long parsed(String text, long base) {
        String bare = Characters.strip(text).toLowerCase(Locale.ROOT);
        if (!INTEGER.matcher(bare).matches() || base != 0 && (base < 2 || base > 36)) {
            return null;
        }
        boolean signed = bare.startsWith("-") || bare.startsWith("+");
        String digits = bare.substring(signed ? 1 : 0);
        int prefixed = digits.startsWith("0x") ? 16 : digits.startsWith("0o") ? 8 : digits.startsWith("0b") ? 2 : 0;
        boolean prefix = prefixed > 0 && (base == 0 || base == prefixed);
        int radix = prefix ? prefixed : base == 0 ? 10 : (int) base;
        digits = prefix ? digits.substring(2).replaceFirst("^_", "") : digits;
        return digits(digits, radix) ? (Long) wide((bare.startsWith("-") ? "-" : "") + digits.replace("_", ""), radix)
                : null;
    }

    private static boolean digits(String text, int radix) {
        return !text.isEmpty() && !text.startsWith("_") && !text.endsWith("_") && !text.contains("__")
                && text.codePoints().allMatch(c -> c == '_' || Character.digit(c, radix) >= 0);
    }

    private static long wide(String digits, int radix) {
        try {
            return Long.parseLong(digits, radix);
        } catch (NumberFormatException e) {
            throw new JinjaException("the number " + (digits.length() > 40 ? "of " + digits.length() + " digits"
                    : digits) + " is too large for an int of 64 bits");
        }
    }

    /** The whole number that a float is cut to. @throws JinjaException where it has none of 64 bits */
    static long truncated(double value) {
        if (Double.isNaN(value) || Math.abs(value) >= 0x1p63) {
            throw new JinjaException("the float " + repr(value) + " is no int of 64 bits");
        }
        return (long) value;
    }

    /** Python's round(number, places): to the nearest, a tie to the even neighbour. */
    static Object rounded(Number number, long places) {
        if (number instanceof Double real && (Double.isNaN(real) || Double.isInfinite(real))) {
            return real;
        }
        int scale = (int) Math.max(-FARTHEST_PLACE, Math.min(FARTHEST_PLACE, places));
        BigDecimal rounded = exact(number).setScale(scale, RoundingMode.HALF_EVEN);
        if (number instanceof Long whole) {
            return places >= 0 ? whole : wide(rounded.toBigInteger().toString(), 10);
        }
        double result = rounded.doubleValue();
        return places > FARTHEST_PLACE ? number : (Object) Math.copySign(result, number.doubleValue());
    }
}
