package org.catrl.text.jinja;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The filters over texts; what is no text is written as one first, as Jinja does. */
final class TextFilters {
    private static final String[] UNITS = {"kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"};
    private static final String[] BINARY_UNITS = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"};
    private static final String UNQUOTED = "_.-~";

    private final Values values;
    private final Methods methods;
    private final TextMethods texts;

    /** The filters over the values of these methods. */
    TextFilters(Methods methods) {
        this.methods = methods;
        this.values = methods.values();
        this.texts = methods.texts();
    }

    /** The filtered value. @throws JinjaException where the filter refuses the value */
    Object apply(String name, Object value, Arguments with) {
        return switch (name) {
            case "filesizeformat" -> fileSize(value, with.flag("binary"));
            case "urlencode" -> encoded(value);
            case "xmlattr" -> attributes(value, !with.has("autospace") || with.flag("autospace"));
            case "indent" -> indented(value, with);
            case "truncate" -> truncated(value, with);
            default -> apply(name, values.text(value), with);
        };
    }

    private Object apply(String name, String text, Arguments with) {
        return switch (name) {
            case "capitalize", "lower", "upper", "trim" -> texts.call(text, name, with);
            case "center" -> texts.call(text, name, with.has("width") ? with
                    : new Arguments("center", Map.of("width", 80L), List.of()));
            case "title" -> titled(text);
            case "e", "escape", "forceescape" -> escaped(text);
            case "format" -> formatted(text, with);
            case "replace" -> texts.replaced(text, values.text(with.get("old")), values.text(with.get("new")),
                    with.get("count") == null ? -1 : with.integer("count", -1));
            case "wordcount" -> wordCount(text);
            default -> text;
        };
    }

    private String titled(String text) {
        values.work().made(text.length());
        StringBuilder out = new StringBuilder(text.length());
        boolean begins = true;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            String character = Character.toString(text.codePointAt(i));
            out.append(begins ? Characters.upper(character) : Characters.lower(character));
            begins = Characters.isSpace(text.codePointAt(i)) || "-({[<".contains(character);
        }
        return out.toString();
    }

    private String escaped(String text) {
        TextBuilder out = new TextBuilder(values.work());
        for (int i = 0; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '&' -> out.add("&amp;");
                case '<' -> out.add("&lt;");
                case '>' -> out.add("&gt;");
                case '"' -> out.add("&#34;");
                case '\'' -> out.add("&#39;");
                default -> out.add(text, i, i + 1);
            }
        }
        return out.toString();
    }

    private String formatted(String text, Arguments with) {
        if (!with.byName().isEmpty() && !with.others().isEmpty()) {
            throw new JinjaException("format takes values in order or by name, not both");
        }
        return new Percent(values, text, with.byName().isEmpty() ? new Tuple(with.others(), List.of())
                : Dict.of(with.byName())).text();
    }

    private String indented(Object value, Arguments with) {
        if (!(value instanceof String text)) {
            throw new JinjaException("indent needs a str, not a " + Values.type(value));
        }
        Object width = with.get("width", 4L);
        String margin = width instanceof String given ? given
                : new TextBuilder(values.work()).add(' ', with.integer("width", 4)).toString();
        TextBuilder out = new TextBuilder(values.work()).add(with.flag("first") ? margin : "");
        List<Object> lines = texts.lines(text + "\n", false);
        for (int i = 0; i < lines.size(); i++) {
            String line = (String) lines.get(i);
            out.add(i == 0 ? "" : "\n").add(i > 0 && (with.flag("blank") || !line.isEmpty()) ? margin : "").add(line);
        }
        return out.toString();
    }

    private Object truncated(Object value, Arguments with) {
        long length = with.integer("length", 255);
        long leeway = with.get("leeway") == null ? 5 : with.integer("leeway", 5);
        String end = with.text("end", "...");
        long kept = length - end.codePointCount(0, end.length());
        if (kept < 0 || leeway < 0) {
            throw new JinjaException("truncate: a length of " + length + " and a leeway of " + leeway
                    + " leave nothing");
        }
        if (values.length(value) <= (double) length + leeway) {
            return value;
        }
        if (!(value instanceof String text)) {
            throw new JinjaException("truncate needs a str, not a " + Values.type(value));
        }
        String cut = (String) values.slice(text, null, kept, null);
        int space = with.flag("killwords") ? -1 : cut.lastIndexOf(' ');
        return new TextBuilder(values.work()).add(cut, 0, space < 0 ? cut.length() : space).add(end).toString();
    }

    private long wordCount(String text) {
        values.work().read(text.length());
        long count = 0;
        boolean inside = false;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int c = text.codePointAt(i);
            boolean word = c == '_' || Characters.isLetterOrNumber(c);
            count += word && !inside ? 1 : 0;
            inside = word;
        }
        return count;
    }

    private String fileSize(Object value, boolean binary) {
        Double bytes = Numbers.isNumber(value) ? (Double) Numbers.number(value).doubleValue()
                : value instanceof String text ? Numbers.parsed(text) : null;
        if (bytes == null) {
            throw new JinjaException("filesizeformat needs a number, not a " + Values.type(value));
        }
        int base = binary ? 1024 : 1000;
        if (bytes == 1) {
            return "1 Byte";
        }
        if (bytes < base) {
            return (long) (double) bytes + " Bytes";
        }
        double unit = base;
        int i = 0;
        while (bytes / unit >= base && i + 1 < UNITS.length) {
            unit *= base;
            i++;
        }
        return String.format(Locale.ROOT, "%.1f %s", bytes / unit, (binary ? BINARY_UNITS : UNITS)[i]);
    }

    private String encoded(Object value) {
        if (value instanceof String || !(value instanceof List<?> || value instanceof Dict)) {
            return quoted(values.text(value), "/");
        }
        List<Object> pairs = new ArrayList<>();
        for (Object pair : value instanceof Dict ? methods.items(value) : values.items(value)) {
            List<Object> both = values.items(pair);
            if (both.size() != 2) {
                throw new JinjaException("urlencode takes pairs, not " + both.size() + " values");
            }
            pairs.add(quoted(values.text(both.get(0)), "").replace("%20", "+") + "="
                    + quoted(values.text(both.get(1)), "").replace("%20", "+"));
        }
        return values.joined("&", pairs);
    }

    private String quoted(String text, String unquoted) {
        TextBuilder out = new TextBuilder(values.work());
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain = c < 0x80 && (Character.isLetterOrDigit(c) || (UNQUOTED + unquoted).indexOf(c) >= 0);
            out.add(plain ? String.valueOf(c) : String.format("%%%02X", (int) c));
        }
        return out.toString();
    }

    private String attributes(Object value, boolean space) {
        TextBuilder out = new TextBuilder(values.work());
        for (Object item : methods.items(value)) {
            Object given = ((Tuple) item).get(1);
            if (given == null || given instanceof Undefined) {
                continue;
            }
            String key = values.text(((Tuple) item).get(0));
            if (key.isEmpty() || key.codePoints().anyMatch(c -> Characters.isSpace(c) || "/>=".indexOf(c) >= 0)) {
                throw new JinjaException("xmlattr: " + key + " is no name of an attribute");
            }
            out.add(out.length() > 0 ? " " : "").add(escaped(key)).add("=\"").add(escaped(values.text(given)))
                    .add("\"");
        }
        return (space && out.length() > 0 ? " " : "") + out;
    }
}
