package org.catrl.text.jinja;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Python's {@code "%s of %d" % values}. */
final class Percent {
    private static final Pattern CONVERSION = Pattern.compile("%(?:\\((?<key>[^)]*+)\\))?+(?<flags>[-+ #0]*+)"
            + "(?<width>\\*|\\d{1,9})?+(?:\\.(?<precision>\\*|\\d{0,9}))?+[hlL]?+(?<type>.)?+", Pattern.DOTALL);

    private final Values values;
    private final String format;
    private final Object given;
    private final Deque<Object> left = new ArrayDeque<>();
    private boolean keyed;

    /** The format with what it is given: a tuple of values, a dict for named ones, or one value. */
    Percent(Values values, String format, Object given) {
        this.values = values;
        this.format = format;
        this.given = given;
        List<?> all = given instanceof Tuple tuple ? tuple : Collections.singletonList(given);
        all.forEach(value -> left.add(new Values.Found(value)));
    }

    /** The text. @throws JinjaException where the values do not fit the format */
    String text() {
        TextBuilder out = new TextBuilder(values.work());
        Matcher found = CONVERSION.matcher(format);
        int position = 0;
        while (found.find(position)) {
            values.work().step();
            out.add(format, position, found.start()).add(converted(found));
            position = found.end();
        }
        out.add(format, position, format.length());
        boolean mapping = given instanceof Dict || given instanceof List<?> && !(given instanceof Tuple);
        if (!left.isEmpty() && !keyed && !mapping) {
            throw new JinjaException("% has more values than the format takes");
        }
        return out.toString();
    }

    private String converted(Matcher found) {
        String type = found.group("type");
        if (type == null) {
            throw new JinjaException("the format ends within " + found.group());
        }
        String key = found.group("key");
        if (key != null && !(given instanceof Dict)) {
            throw new JinjaException("%(" + key + ") needs a dict, not a " + Values.type(given));
        }
        keyed |= key != null;
        long width = number(found.group("width"), 0);
        long precision = number(found.group("precision"), -1);
        if (type.equals("%")) {
            return "%";
        }
        Object value = key == null ? next() : keyed(key);
        String flags = found.group("flags") + (width < 0 ? "-" : "");
        return written(value, type.charAt(0), flags, Math.abs(width), (int) Math.min(precision, Integer.MAX_VALUE));
    }

    private Object keyed(String key) {
        Values.Found found = values.element(given, key);
        if (found == null) {
            throw new JinjaException("%(" + key + ") is not in the dict");
        }
        return found.value();
    }

    private Object next() {
        if (left.isEmpty()) {
            throw new JinjaException("% has fewer values than the format takes");
        }
        return ((Values.Found) left.remove()).value();
    }

    private long number(String digits, long otherwise) {
        if (!"*".equals(digits)) {
            return digits == null ? otherwise : digits.isEmpty() ? 0 : Long.parseLong(digits);
        }
        if (next() instanceof Long number) {
            return number;
        }
        throw new JinjaException("* in a format needs an int");
    }

    private String written(Object value, char type, String flags, long width, int precision) {
        boolean leftAligned = flags.contains("-");
        boolean zero = flags.contains("0") && !leftAligned;
        char sign = flags.contains("+") ? '+' : flags.contains(" ") ? ' ' : '-';
        boolean alternate = flags.contains("#");
        char align = leftAligned ? '<' : '>';
        return switch (type) {
            case 's', 'r', 'a' -> new Presentation(' ', align, '-', false, width, "", precision, 's')
                    .of(textual(value, type), values);
            case 'c' -> new Presentation(' ', align, '-', false, width, "", -1, 's').of(character(value), values);
            case 'd', 'i', 'u', 'x', 'X', 'o' -> new Presentation(zero ? '0' : ' ', zero ? '=' : align, sign,
                    alternate, width, "", precision, type == 'i' || type == 'u' ? 'd' : type)
                    .of(whole(value, type), values);
            case 'e', 'E', 'f', 'F', 'g', 'G' -> new Presentation(zero ? '0' : ' ', zero ? '=' : align, sign,
                    alternate, width, "", precision, type).of(real(value, type), values);
            default -> throw new JinjaException("the conversion %" + type + " is not known");
        };
    }

    private String textual(Object value, char type) {
        return type == 's' ? values.text(value) : type == 'r' ? Repr.of(value, values.work())
                : Formats.ascii(Repr.of(value, values.work()));
    }

    private String character(Object value) {
        if (value instanceof String text && text.codePointCount(0, text.length()) == 1) {
            return text;
        }
        return Presentation.character((Long) whole(value, 'c'));
    }

    private static Object whole(Object value, char type) {
        if (value instanceof Double real && type != 'x' && type != 'X' && type != 'o' && type != 'c') {
            return Numbers.truncated(real);
        }
        if (!(value instanceof Long || value instanceof Boolean)) {
            throw new JinjaException("%" + type + " needs a number, not a " + Values.type(value));
        }
        return Numbers.number(value).longValue();
    }

    private static Object real(Object value, char type) {
        if (!Numbers.isNumber(value)) {
            throw new JinjaException("%" + type + " needs a number, not a " + Values.type(value));
        }
        return Numbers.number(value).doubleValue();
    }
}
