package org.catrl.text.jinja;

import java.util.ArrayList;
import java.util.List;

/** JSON as Python's json.dumps writes it, and as transformers calls that: what is not ASCII stays as it is. */
final class JsonText {
    private final Values values;
    private final TextBuilder out;
    private final boolean ascii;
    private final boolean sorted;
    private final String margin;
    private final String comma;
    private final String colon;

    private JsonText(Values values, Arguments with) {
        this.values = values;
        this.out = new TextBuilder(values.work());
        this.ascii = with.flag("ensure_ascii");
        this.sorted = with.flag("sort_keys");
        this.margin = margin(with.get("indent"), values.work());
        List<Object> separators = with.get("separators") == null ? List.of(margin == null ? ", " : ",", ": ")
                : values.items(with.get("separators"));
        if (separators.size() != 2 || !(separators.get(0) instanceof String between)
                || !(separators.get(1) instanceof String behindKey)) {
            throw new JinjaException("tojson's separators are two str");
        }
        this.comma = between;
        this.colon = behindKey;
    }

    private static String margin(Object indent, Work work) {
        if (indent == null || indent instanceof String) {
            return (String) indent;
        }
        if (!(indent instanceof Long || indent instanceof Boolean)) {
            throw new JinjaException("tojson's indent is an int or a str, not a " + Values.type(indent));
        }
        return new TextBuilder(work).add(' ', Numbers.number(indent).doubleValue()).toString();
    }

    /** The JSON of a value, with json.dumps' ensure_ascii, indent, separators and sort_keys. */
    static String of(Object value, Values values, Arguments with) {
        JsonText json = new JsonText(values, with);
        json.write(value, 0);
        return json.out.toString();
    }

    private void write(Object value, int level) {
        values.work().elements(1);
        values.work().deeper();
        if (value instanceof String text) {
            string(text);
        } else if (value instanceof List<?> list && !(value instanceof Range)) {
            list(list, level);
        } else if (value instanceof Dict dict) {
            dict(dict, level);
        } else {
            out.add(plain(value, "has no JSON form"));
        }
        values.work().back();
    }

    private static String plain(Object value, String complaint) {
        if (value == null || value instanceof Boolean || value instanceof Long) {
            return String.valueOf(value);
        }
        if (!(value instanceof Double number)) {
            throw new JinjaException("a " + Values.type(value) + " " + complaint);
        }
        return number.isNaN() ? "NaN" : number.isInfinite() ? number > 0 ? "Infinity" : "-Infinity"
                : Numbers.repr(number);
    }

    private void list(List<?> list, int level) {
        out.add("[");
        for (int i = 0; i < list.size(); i++) {
            next(i, level + 1);
            write(list.get(i), level + 1);
        }
        close(list.isEmpty(), level, "]");
    }

    private void dict(Dict dict, int level) {
        List<Dict.Entry> entries = new ArrayList<>(dict.entries().values());
        if (sorted) {
            entries.sort((a, b) -> values.order(a.key(), b.key()));
        }
        out.add("{");
        for (int i = 0; i < entries.size(); i++) {
            next(i, level + 1);
            Object key = entries.get(i).key();
            string(key instanceof String text ? text : plain(key, "cannot be a key of JSON"));
            out.add(colon);
            write(entries.get(i).value(), level + 1);
        }
        close(entries.isEmpty(), level, "}");
    }

    private void next(int i, int level) {
        out.add(i == 0 ? "" : comma);
        line(level);
    }

    private void close(boolean empty, int level, String bracket) {
        if (!empty) {
            line(level);
        }
        out.add(bracket);
    }

    private void line(int level) {
        if (margin != null) {
            out.add("\n");
            for (int i = 0; i < level; i++) {
                out.add(margin);
            }
        }
    }

    private void string(String text) {
        out.add("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int known = "\"\\\n\r\t\b\f".indexOf(c);
            if (known >= 0) {
                out.add("\\").add("\"\\nrtbf", known, known + 1);
            } else if (c < ' ' || ascii && c > '~') {
                out.add(String.format("\\u%04x", (int) c));
            } else {
                out.add(text, i, i + 1);
            }
        }
        out.add("\"");
    }
}
