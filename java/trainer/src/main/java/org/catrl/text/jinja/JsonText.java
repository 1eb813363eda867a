package org.catrl.text.jinja;

import java.util.List;
import java.util.Map;

/** JSON as Python's json.dumps writes it, without escaping what is not ASCII. */
final class JsonText {
    private final int indent;
    private final String comma;
    private final String colon;
    private final StringBuilder out = new StringBuilder();

    private JsonText(int indent, String comma, String colon) {
        this.indent = indent;
        this.comma = comma;
        this.colon = colon;
    }

    /**
     * The JSON of a value.
     *
     * @param indent     spaces a level; below 0: all on one line
     * @param separators between items and after a key, or null for Python's own
     */
    static String of(Object value, int indent, List<?> separators) {
        String comma = separators == null ? indent < 0 ? ", " : "," : Values.text(separators.get(0));
        JsonText json = new JsonText(indent, comma, separators == null ? ": " : Values.text(separators.get(1)));
        json.write(value, 0);
        return json.out.toString();
    }

    private void write(Object value, int level) {
        if (value == null) {
            out.append("null");
        } else if (value instanceof Boolean || value instanceof Long) {
            out.append(value);
        } else if (value instanceof Double number) {
            out.append(number(number));
        } else if (value instanceof String text) {
            string(text);
        } else if (value instanceof List<?> list) {
            out.append('[');
            for (int i = 0; i < list.size(); i++) {
                next(i, level + 1);
                write(list.get(i), level + 1);
            }
            close(list.isEmpty(), level, ']');
        } else if (value instanceof Map<?, ?> map) {
            out.append('{');
            int i = 0;
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                next(i++, level + 1);
                string(Values.text(entry.getKey()));
                out.append(colon);
                write(entry.getValue(), level + 1);
            }
            close(map.isEmpty(), level, '}');
        } else {
            throw new JinjaException("a " + Values.type(value) + " has no JSON form");
        }
    }

    private void next(int i, int level) {
        out.append(i == 0 ? "" : comma);
        line(level);
    }

    private void close(boolean empty, int level, char bracket) {
        if (!empty) {
            line(level);
        }
        out.append(bracket);
    }

    private void line(int level) {
        if (indent >= 0) {
            out.append('\n').append(" ".repeat(indent * level));
        }
    }

    private void string(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int known = "\"\\\n\r\t\b\f".indexOf(c);
            if (known >= 0) {
                out.append('\\').append("\"\\nrtbf".charAt(known));
            } else if (c < ' ') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    /** Python's repr of a float: the shortest digits that come back, an exponent below 1e-4 and from 1e16. */
    static String number(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return Double.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
        }
        double size = Math.abs(value);
        java.math.BigDecimal exact = new java.math.BigDecimal(Double.toString(value));
        if (size == 0 || size >= 1e-4 && size < 1e16) {
            String plain = exact.stripTrailingZeros().toPlainString();
            return plain.contains(".") ? plain : plain + ".0";
        }
        String digits = exact.unscaledValue().abs().toString().replaceAll("0+$", "");
        int exponent = exact.precision() - exact.scale() - 1;
        return (value < 0 ? "-" : "") + digits.charAt(0) + (digits.length() > 1 ? "." + digits.substring(1) : "") + "e"
                + (exponent < 0 ? "-" : "+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    }
}
