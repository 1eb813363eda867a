package org.catrl.text.jinja;

import java.util.List;
import java.util.Map;

/** Python's repr of values. */
final class Repr {
    private final Work work;
    private final TextBuilder out;

    private Repr(Work work) {
        this.work = work;
        this.out = new TextBuilder(work);
    }

    /** The repr of a value. */
    static String of(Object value, Work work) {
        Repr repr = new Repr(work);
        repr.write(value);
        return repr.out.toString();
    }

    private void write(Object value) {
        work.elements(1);
        work.deeper();
        if (value instanceof String text) {
            quoted(text);
        } else if (value instanceof Tuple tuple) {
            list("(", tuple, tuple.size() == 1 ? ",)" : ")");
        } else if (value instanceof List<?> list && !(value instanceof Range)) {
            list("[", list, "]");
        } else if (value instanceof Dict dict) {
            dict(dict);
        } else if (value instanceof View view) {
            list(view.name() + "([", view.items(), "])");
        } else if (value instanceof Namespace namespace) {
            out.add("<Namespace ");
            dict(namespace.names());
            out.add(">");
        } else {
            out.add(plain(value));
        }
        work.back();
    }

    private static String plain(Object value) {
        if (value == null) {
            return "None";
        }
        return value instanceof Boolean truth ? truth ? "True" : "False"
                : value instanceof Double number ? Numbers.repr(number)
                : value instanceof Undefined ? "Undefined"
                : value instanceof Long || value instanceof Range || value instanceof Loop ? value.toString()
                : "<" + Values.type(value) + ">";
    }

    private void list(String open, List<?> items, String close) {
        out.add(open);
        for (int i = 0; i < items.size(); i++) {
            out.add(i == 0 ? "" : ", ");
            write(items.get(i));
        }
        out.add(close);
    }

    private void dict(Dict dict) {
        String between = "{";
        for (Map.Entry<Object, Dict.Entry> entry : dict.entries().entrySet()) {
            out.add(between);
            write(entry.getValue().key());
            out.add(": ");
            write(entry.getValue().value());
            between = ", ";
        }
        out.add(dict.size() == 0 ? "{}" : "}");
    }

    private void quoted(String text) {
        String quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? "\"" : "'";
        out.add(quote);
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int c = text.codePointAt(i);
            int known = "\\\n\r\t".indexOf(c);
            if (known >= 0 || c == quote.charAt(0)) {
                out.add("\\").add(known >= 0 ? "\\nrt".substring(known, known + 1) : quote);
            } else if (Characters.isPrintable(c)) {
                out.add(c, 1);
            } else {
                out.add(String.format(c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c));
            }
        }
        out.add(quote);
    }
}
