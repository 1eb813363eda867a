package org.catrl.text.jinja;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How Python writes one value into a field: as both {@code format(value, "*>+10,.2f")} and
 * {@code "%+10.2f" % value} do.
 *
 * @param fill      what fills the field
 * @param align     one of {@code < > ^ =}, or 0 for what is usual of the value
 * @param sign      one of {@code + -} and space
 * @param alternate whether {@code #} stands there
 * @param width     the least width
 * @param grouping  what separates thousands, or nothing
 * @param precision digits, or most characters of a str; -1 where none is given
 * @param type      the letter, or 0
 */
record Presentation(int fill, char align, char sign, boolean alternate, long width, String grouping, int precision,
                    char type) {
    private static final Pattern SPECIFICATION = Pattern.compile("(?:(?<fill>.)?(?<align>[<>=^]))?(?<sign>[-+ ])?"
            + "(?<alternate>#)?(?<zero>0)?(?<width>\\d{1,9})?(?<grouping>[,_])?(?:\\.(?<precision>\\d{1,9}))?"
            + "(?<type>[bcdeEfFgGosxX%])?", Pattern.DOTALL);
    private static final int LARGEST_PRECISION = 1000;
    private static final int GROUP = 3;

    /** The presentation that a specification of str.format says. @throws JinjaException where it says none */
    static Presentation of(String specification) {
        Matcher found = SPECIFICATION.matcher(specification);
        if (!found.matches()) {
            throw new JinjaException("the format " + specification + " is not known");
        }
        boolean zero = found.group("zero") != null;
        boolean aligned = found.group("align") != null;
        String fill = found.group("fill");
        String sign = found.group("sign");
        return new Presentation(fill != null ? fill.codePointAt(0) : zero ? '0' : ' ',
                aligned ? found.group("align").charAt(0) : zero ? '=' : 0, sign == null ? '-' : sign.charAt(0),
                found.group("alternate") != null, number(found.group("width"), 0),
                found.group("grouping") == null ? "" : found.group("grouping"), number(found.group("precision"), -1),
                found.group("type") == null ? 0 : found.group("type").charAt(0));
    }

    private static int number(String digits, int otherwise) {
        return digits == null ? otherwise : Integer.parseInt(digits);
    }

    /** The value so written. @throws JinjaException where the type is not for such a value */
    String of(Object value, Values values) {
        if (precision > LARGEST_PRECISION && !(value instanceof String)) {
            throw new JinjaException("a precision of " + precision + " digits; at most " + LARGEST_PRECISION);
        }
        if (value instanceof String text && (type == 0 || type == 's') && align != '=') {
            return filled("", cut(text), '<', values);
        }
        if (Numbers.isNumber(value) && !(value instanceof Boolean && type == 0)) {
            return number(Numbers.number(value), values);
        }
        if (this.equals(of(""))) {
            return values.text(value);
        }
        if (value instanceof Boolean) {
            return number(Numbers.number(value), values);
        }
        throw new JinjaException("a " + Values.type(value) + " is not written as " + (type == 0 ? "a field" : type));
    }

    private String cut(String text) {
        return precision < 0 || text.codePointCount(0, text.length()) <= precision ? text
                : text.substring(0, text.offsetByCodePoints(0, precision));
    }

    private String number(Number number, Values values) {
        boolean whole = number instanceof Long && (type == 0 || "bcdoxX".indexOf(type) >= 0);
        if (!whole && type != 0 && "bcdosxX".indexOf(type) >= 0) {
            throw new JinjaException("a " + Values.type(number) + " is not written as " + type);
        }
        if (type == 'c') {
            return filled("", character(number.longValue()), '<', values);
        }
        boolean negative = whole ? number.longValue() < 0
                : number.doubleValue() < 0 || 1 / number.doubleValue() < 0;
        String mark = negative ? "-" : sign == '-' ? "" : String.valueOf(sign);
        String digits = whole ? digits(number.longValue()) : digits(Math.abs(number.doubleValue()));
        String prefix = whole && alternate && type != 0 && type != 'd' ? "0" + type : "";
        return filled(mark + prefix, grouping.isEmpty() ? digits : grouped(digits), '>', values);
    }

    /** The character of a number. @throws JinjaException where there is none */
    static String character(long number) {
        if (number < 0 || number > Character.MAX_CODE_POINT) {
            throw new JinjaException("there is no character " + number);
        }
        return Character.toString((int) number);
    }

    private String digits(long number) {
        int radix = type == 'b' ? 2 : type == 'o' ? 8 : type == 'x' || type == 'X' ? 16 : 10;
        String digits = Long.toString(number, radix).replace("-", "");
        digits = "0".repeat(Math.max(0, precision - digits.length())) + digits;
        return type == 'X' ? digits.toUpperCase(Locale.ROOT) : digits;
    }

    private String digits(double size) {
        boolean upper = type == 'E' || type == 'F' || type == 'G';
        String digits = Double.isNaN(size) ? "nan" : Double.isInfinite(size) ? "inf" : finite(size);
        digits += type == '%' && (Double.isNaN(size) || Double.isInfinite(size)) ? "%" : "";
        return upper ? digits.toUpperCase(Locale.ROOT) : digits;
    }

    private String finite(double size) {
        int places = precision < 0 ? 6 : precision;
        return switch (type) {
            case 'e', 'E' -> scientific(new BigDecimal(size), places);
            case 'f', 'F' -> fixed(new BigDecimal(size), places);
            case '%' -> fixed(new BigDecimal(size * 100), places) + "%";
            case 'g', 'G' -> general(size, Math.max(1, places), alternate, Math.max(1, places));
            default -> precision < 0 ? Numbers.repr(size) : shortGeneral(size);
        };
    }

    private String shortGeneral(double size) {
        String text = general(size, Math.max(1, precision), false, Math.max(1, precision) - 1);
        return text.contains(".") || text.contains("e") ? text : text + ".0";
    }

    private String fixed(BigDecimal size, int places) {
        String text = size.setScale(places, RoundingMode.HALF_EVEN).toPlainString();
        return alternate && places == 0 ? text + "." : text;
    }

    private static String scientific(BigDecimal size, int places) {
        BigDecimal rounded = size.round(new MathContext(places + 1, RoundingMode.HALF_EVEN));
        int exponent = rounded.signum() == 0 ? 0 : rounded.precision() - rounded.scale() - 1;
        String digits = rounded.movePointLeft(exponent).setScale(places, RoundingMode.HALF_EVEN).toPlainString();
        return digits + Numbers.exponent('e', exponent);
    }

    private static String general(double size, int digits, boolean zeros, int exponentFrom) {
        BigDecimal rounded = new BigDecimal(size).round(new MathContext(digits, RoundingMode.HALF_EVEN));
        int exponent = rounded.signum() == 0 ? 0 : rounded.precision() - rounded.scale() - 1;
        if (exponent < -4 || exponent >= exponentFrom) {
            String text = scientific(rounded, digits - 1);
            int mark = text.indexOf('e');
            return zeros ? text : bare(text.substring(0, mark)) + text.substring(mark);
        }
        String text = rounded.setScale(Math.max(0, digits - 1 - exponent), RoundingMode.HALF_EVEN).toPlainString();
        return zeros ? text : bare(text);
    }

    private static String bare(String digits) {
        return !digits.contains(".") ? digits : digits.replaceFirst("\\.?0++$", "");
    }

    private String grouped(String digits) {
        int end = 0;
        while (end < digits.length() && Character.digit(digits.charAt(end), 16) >= 0 && digits.charAt(end) != 'e') {
            end++;
        }
        StringBuilder result = new StringBuilder(digits);
        int group = type == 'b' || type == 'o' || type == 'x' || type == 'X' ? 4 : GROUP;
        for (int place = end - group; place > 0; place -= group) {
            result.insert(place, grouping);
        }
        return result.toString();
    }

    private String filled(String mark, String text, char usual, Values values) {
        double missing = Math.max(0, width - mark.length() - text.codePointCount(0, text.length()));
        char how = align == 0 ? usual : align;
        double before = how == '>' ? missing : how == '^' ? Math.floor(missing / 2) : 0;
        TextBuilder out = new TextBuilder(values.work()).add(fill, before).add(mark);
        out.add(fill, how == '=' ? missing : 0).add(text);
        return out.add(fill, how == '=' ? 0 : missing - before).toString();
    }
}
