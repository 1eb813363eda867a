package org.catrl.text.jinja;

import java.util.List;
import java.util.Map;

/** Python's {@code "{} and {name.attribute!r:>8}".format(...)}. */
final class Formats {
    private static final int DEEPEST = 2;

    private final Values values;
    private final Methods methods;
    private final List<Object> inOrder;
    private final Map<String, Object> named;
    private int next;
    private boolean numbered;

    /** What the fields of one format are filled from. */
    Formats(Methods methods, List<Object> inOrder, Map<String, Object> named) {
        this.values = methods.values();
        this.methods = methods;
        this.inOrder = inOrder;
        this.named = named;
    }

    /** The text that a format becomes. @throws JinjaException where it is malformed, or a value is missing */
    String text(String format) {
        return text(format, DEEPEST);
    }

    private String text(String format, int depth) {
        if (depth == 0) {
            throw new JinjaException("str.format: fields stand too deep in fields");
        }
        TextBuilder out = new TextBuilder(values.work());
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            boolean doubled = i + 1 < format.length() && format.charAt(i + 1) == c;
            if (c != '{' && c != '}') {
                out.add(format, i, i + 1);
            } else if (doubled) {
                out.add(format, i, ++i);
            } else if (c == '}') {
                throw new JinjaException("str.format: a single } in the format");
            } else {
                int end = end(format, i + 1);
                out.add(field(format.substring(i + 1, end), depth));
                i = end;
            }
        }
        return out.toString();
    }

    private int end(String format, int begin) {
        int open = 1;
        for (int i = begin; i < format.length(); i++) {
            values.work().read(1);
            open += format.charAt(i) == '{' ? 1 : format.charAt(i) == '}' ? -1 : 0;
            if (open == 0) {
                return i;
            }
        }
        throw new JinjaException("str.format: a { is never closed");
    }

    private String field(String field, int depth) {
        values.work().step();
        int colon = colon(field);
        String head = field.substring(0, colon);
        int mark = head.indexOf('!');
        Object value = value(mark < 0 ? head : head.substring(0, mark));
        String specification = colon == field.length() ? "" : text(field.substring(colon + 1), depth - 1);
        return Presentation.of(specification).of(mark < 0 ? value : converted(value, head.substring(mark + 1)), values);
    }

    /** The place of the colon behind the field's name, which may hold one in brackets; the end where there is none. */
    private static int colon(String field) {
        boolean bracket = false;
        int i = 0;
        while (i < field.length() && (bracket || field.charAt(i) != ':')) {
            bracket = field.charAt(i) == '[' || bracket && field.charAt(i) != ']';
            i++;
        }
        return i;
    }

    private String converted(Object value, String conversion) {
        return switch (conversion) {
            case "s" -> values.text(value);
            case "r" -> Repr.of(value, values.work());
            case "a" -> ascii(Repr.of(value, values.work()));
            default -> throw new JinjaException("str.format: the conversion !" + conversion + " is not known");
        };
    }

    /** The text with every character beyond ASCII escaped, as Python's ascii() has it. */
    static String ascii(String text) {
        StringBuilder out = new StringBuilder();
        text.codePoints().forEach(c -> out.append(c < 0x80 ? Character.toString(c)
                : String.format(c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c)));
        return out.toString();
    }

    private Object value(String path) {
        int end = 0;
        while (end < path.length() && path.charAt(end) != '.' && path.charAt(end) != '[') {
            end++;
        }
        Object value = first(path.substring(0, end));
        while (end < path.length()) {
            int begin = end + 1;
            boolean item = path.charAt(end) == '[';
            end = item ? path.indexOf(']', begin) : begin;
            while (!item && end < path.length() && path.charAt(end) != '.' && path.charAt(end) != '[') {
                end++;
            }
            if (end < begin || item && end + 1 < path.length() && ".[".indexOf(path.charAt(end + 1)) < 0) {
                throw new JinjaException("str.format: the field " + path + " is malformed");
            }
            String name = path.substring(begin, end);
            value = item ? item(value, name) : methods.attribute(value, name);
            end += item ? 1 : 0;
        }
        return value;
    }

    private Object item(Object container, String index) {
        Long number = index.codePoints().allMatch(c -> c >= '0' && c <= '9') ? Numbers.parsed(index, 10) : null;
        Values.Found found = values.element(container, number == null ? index : number);
        if (found == null) {
            throw new JinjaException("str.format: there is no element " + index);
        }
        return found.value();
    }

    private Object first(String name) {
        boolean automatic = name.isEmpty();
        boolean number = !automatic && name.codePoints().allMatch(c -> c >= '0' && c <= '9');
        if (automatic && numbered || number && next > 0) {
            throw new JinjaException("str.format: fields are numbered or not, never both");
        }
        numbered |= number;
        long place = automatic ? next++ : number ? Numbers.parsed(name, 10) : -1;
        if (place >= inOrder.size() || place < 0 && !named.containsKey(name)) {
            throw new JinjaException("str.format: there is no value for {" + name + "}");
        }
        return place >= 0 ? inOrder.get((int) place) : named.get(name);
    }
}
