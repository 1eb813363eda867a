package org.catrl.text.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;

/** Python's methods of str. */
final class TextMethods {
    /** The methods and their parameters. */
    static final Map<String, Signature> TABLE = Signature.table("capitalize", "casefold", "center width fillchar?",
            "count sub start? end?", "endswith suffix start? end?", "expandtabs tabsize?", "find sub start? end?",
            "format ...", "format_map mapping", "index sub start? end?", "isalnum", "isalpha", "isascii", "isdecimal",
            "isdigit", "islower", "isnumeric", "isprintable", "isspace", "istitle", "isupper", "join iterable",
            "ljust width fillchar?", "lower", "lstrip chars?", "partition sep", "removeprefix prefix",
            "removesuffix suffix", "replace old new count?", "rfind sub start? end?", "rindex sub start? end?",
            "rjust width fillchar?", "rpartition sep", "rsplit sep? maxsplit?", "rstrip chars?",
            "split sep? maxsplit?", "splitlines keepends?", "startswith prefix start? end?", "strip chars?",
            "swapcase", "title", "upper", "zfill width");
    private static final long TAB = 8;

    private final Values values;

    /** The methods over these values. */
    TextMethods(Values values) {
        this.values = values;
    }

    /** What a method of the text returns; format and format_map are {@link Formats}'. @throws JinjaException */
    Object call(String text, String name, Arguments with) {
        values.work().made(text.length());
        return switch (name) {
            case "capitalize" -> Characters.capitalized(text);
            case "casefold" -> Characters.lower(Characters.upper(text));
            case "lower" -> Characters.lower(text);
            case "upper" -> Characters.upper(text);
            case "title" -> Characters.titled(text);
            case "swapcase" -> Characters.swapped(text);
            case "strip", "trim" -> stripped(text, with, true, true);
            case "lstrip" -> stripped(text, with, true, false);
            case "rstrip" -> stripped(text, with, false, true);
            case "center", "ljust", "rjust" -> padded(text, name, with);
            case "zfill" -> zeroFilled(text, with.integer("width", 0));
            case "expandtabs" -> expanded(text, with.integer("tabsize", TAB));
            case "join" -> joined(text, with.get("iterable"));
            case "replace" -> replaced(text, with.text("old"), with.text("new"), with.integer("count", -1));
            case "removeprefix" -> text.startsWith(with.text("prefix"))
                    ? text.substring(with.text("prefix").length()) : text;
            case "removesuffix" -> text.endsWith(with.text("suffix"))
                    ? text.substring(0, text.length() - with.text("suffix").length()) : text;
            default -> name.startsWith("is") ? (Object) is(text, name) : searched(text, name, with);
        };
    }

    private static boolean is(String text, String name) {
        return switch (name) {
            case "isdigit" -> Characters.all(text, Characters::isDigit);
            case "isdecimal" -> Characters.all(text, Character::isDigit);
            case "isnumeric" -> Characters.all(text, Characters::isNumeric);
            case "isalpha" -> Characters.all(text, Character::isLetter);
            case "isalnum" -> Characters.all(text, Characters::isLetterOrNumber);
            case "isspace" -> Characters.all(text, Characters::isSpace);
            case "isascii" -> text.codePoints().allMatch(c -> c < 0x80);
            case "isprintable" -> text.codePoints().allMatch(Characters::isPrintable);
            case "istitle" -> Characters.isTitle(text);
            case "isupper" -> text.codePoints().anyMatch(Characters::isCased) && text.codePoints()
                    .noneMatch(c -> Character.isLowerCase(c) || Character.isTitleCase(c));
            default -> text.codePoints().anyMatch(Characters::isCased) && text.codePoints()
                    .noneMatch(c -> Character.isUpperCase(c) || Character.isTitleCase(c));
        };
    }

    private Object searched(String text, String name, Arguments with) {
        return switch (name) {
            case "split" -> with.get("sep") == null ? words(text, with) : parts(text, with);
            case "rsplit" -> with.get("sep") == null ? lastWords(text, with) : lastParts(text, with);
            case "splitlines" -> lines(text, with.integer("keepends", 0) != 0);
            case "partition" -> partition(text, separator(with), false);
            case "rpartition" -> partition(text, separator(with), true);
            case "startswith" -> affixed(new Window(text, with), with.get("prefix"), true);
            case "endswith" -> affixed(new Window(text, with), with.get("suffix"), false);
            case "find", "index" -> new Window(text, with).place(with, false, name.equals("index"));
            case "rfind", "rindex" -> new Window(text, with).place(with, true, name.equals("rindex"));
            default -> (long) new Window(text, with).count(with.text("sub"));
        };
    }

    /** The part of a text that the arguments start and end leave; {@code open} is false where they leave nothing. */
    private final class Window {
        private final String part;
        private final long start;
        private final boolean open;

        Window(String text, Arguments with) {
            long size = text.codePointCount(0, text.length());
            long from = bound(with.get("start"), 0, size);
            long to = Math.min(size, bound(with.get("end"), size, size));
            start = from;
            open = from <= to;
            int begin = open ? text.offsetByCodePoints(0, (int) from) : 0;
            part = open ? text.substring(begin, text.offsetByCodePoints(begin, (int) (to - from))) : "";
        }

        private long bound(Object given, long otherwise, long size) {
            if (given != null && !(given instanceof Long)) {
                throw new JinjaException("a place in a str is an int, not a " + Values.type(given));
            }
            long place = given == null ? otherwise : (long) given;
            return place < 0 ? Math.max(0, place + size) : place;
        }

        Object place(Arguments with, boolean last, boolean required) {
            String sub = with.text("sub");
            int found = !open ? -1 : last ? Search.last(part, sub, part.length()) : Search.first(part, sub, 0);
            if (found < 0 && required) {
                throw new JinjaException(with.callee() + ": " + Repr.of(sub, values.work()) + " is not in the text");
            }
            return found < 0 ? -1L : (Object) (start + part.codePointCount(0, found));
        }

        int count(String sub) {
            int count = 0;
            if (sub.isEmpty()) {
                return open ? part.codePointCount(0, part.length()) + 1 : 0;
            }
            for (int i = Search.first(part, sub, 0); i >= 0; i = Search.first(part, sub, i + sub.length())) {
                count++;
            }
            return count;
        }
    }

    private boolean affixed(Window window, Object affixes, boolean first) {
        List<?> all = affixes instanceof String ? List.of(affixes) : affixes instanceof Tuple tuple ? tuple : null;
        if (all == null) {
            throw new JinjaException("a str begins or ends with a str, not with a " + Values.type(affixes));
        }
        for (Object affix : all) {
            if (!(affix instanceof String text)) {
                throw new JinjaException("a str begins or ends with a str, not with a " + Values.type(affix));
            }
            values.work().elements(1);
            values.work().read(Math.min(text.length(), window.part.length()));
            if (window.open && (first ? window.part.startsWith(text) : window.part.endsWith(text))) {
                return true;
            }
        }
        return false;
    }

    private String stripped(String text, Arguments with, boolean left, boolean right) {
        if (with.get("chars") == null) {
            return Characters.strip(text, Characters::isSpace, left, right);
        }
        String chars = with.text("chars");
        values.work().elements(chars.length());
        Set<Integer> all = new HashSet<>(chars.codePoints().boxed().toList());
        IntPredicate strip = all::contains;
        return Characters.strip(text, strip, left, right);
    }

    private String padded(String text, String name, Arguments with) {
        String fill = with.text("fillchar", " ");
        if (fill.codePointCount(0, fill.length()) != 1) {
            throw new JinjaException(name + ": the fill is one character");
        }
        double missing = (double) with.integer("width", 0) - text.codePointCount(0, text.length());
        double half = Math.floor(missing / 2) + (missing % 2 != 0 && with.integer("width", 0) % 2 != 0 ? 1 : 0);
        double left = name.equals("ljust") ? 0 : name.equals("rjust") ? missing : half;
        int c = fill.codePointAt(0);
        return missing <= 0 ? text : new TextBuilder(values.work()).add(c, left).add(text).add(c, missing - left)
                .toString();
    }

    private String zeroFilled(String text, long width) {
        boolean signed = text.startsWith("-") || text.startsWith("+");
        return new TextBuilder(values.work()).add(signed ? text.substring(0, 1) : "")
                .add('0', (double) width - text.codePointCount(0, text.length()))
                .add(signed ? text.substring(1) : text).toString();
    }

    private String expanded(String text, long tab) {
        TextBuilder out = new TextBuilder(values.work());
        long column = 0;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int c = text.codePointAt(i);
            if (c == '\t') {
                long gap = tab <= 0 ? 0 : tab - column % tab;
                out.add(' ', gap);
                column += gap;
            } else {
                out.add(c, 1);
                column = c == '\n' || c == '\r' ? 0 : column + 1;
            }
        }
        return out.toString();
    }

    private String joined(String between, Object iterable) {
        List<Object> items = values.items(iterable);
        for (Object item : items) {
            if (!(item instanceof String)) {
                throw new JinjaException("str.join joins str, not a " + Values.type(item));
            }
        }
        return values.joined(between, items);
    }

    /** The text with a part of it replaced, at most so many times; below 0 is always. */
    String replaced(String text, String old, String replacement, long most) {
        if (old.isEmpty()) {
            return interleaved(text, replacement, most < 0 ? Long.MAX_VALUE : most);
        }
        TextBuilder out = new TextBuilder(values.work());
        int position = 0;
        for (long left = most < 0 ? Long.MAX_VALUE : most; left > 0; left--) {
            int found = Search.first(text, old, position);
            if (found < 0) {
                break;
            }
            out.add(text, position, found).add(replacement);
            position = found + old.length();
        }
        return out.add(text, position, text.length()).toString();
    }

    /** The text with another before each of its characters and at its end, at most so many times. */
    private String interleaved(String text, String other, long most) {
        TextBuilder out = new TextBuilder(values.work());
        long left = most;
        int position = 0;
        while (left > 0 && position < text.length()) {
            out.add(other).add(text.codePointAt(position), 1);
            position += Character.charCount(text.codePointAt(position));
            left--;
        }
        return out.add(left > 0 ? other : "").add(text, position, text.length()).toString();
    }

    private String separator(Arguments with) {
        String separator = with.text("sep");
        if (separator.isEmpty()) {
            throw new JinjaException(with.callee() + ": the separator is empty");
        }
        return separator;
    }

    private static long most(Arguments with) {
        long most = with.integer("maxsplit", -1);
        return most < 0 ? Long.MAX_VALUE : most;
    }

    private List<Object> parts(String text, Arguments with) {
        String separator = separator(with);
        long most = most(with);
        List<Object> parts = new ArrayList<>();
        int position = 0;
        for (int cut = Search.first(text, separator, 0); cut >= 0 && parts.size() < most;
                cut = Search.first(text, separator, position)) {
            add(parts, text, position, cut);
            position = cut + separator.length();
        }
        add(parts, text, position, text.length());
        return parts;
    }

    private List<Object> lastParts(String text, Arguments with) {
        String separator = separator(with);
        long most = most(with);
        List<Object> parts = new ArrayList<>();
        int end = text.length();
        for (int cut = Search.last(text, separator, end); cut >= 0 && parts.size() < most;
                cut = Search.last(text, separator, end)) {
            add(parts, text, cut + separator.length(), end);
            end = cut;
        }
        add(parts, text, 0, end);
        Collections.reverse(parts);
        return parts;
    }

    private void add(List<Object> parts, String text, int start, int end) {
        values.work().elements(1);
        values.work().made(end - start);
        parts.add(text.substring(start, end));
    }

    private List<Object> words(String text, Arguments with) {
        long most = most(with);
        List<Object> words = new ArrayList<>();
        int position = skip(text, 0, true);
        while (position < text.length() && words.size() < most) {
            int end = skip(text, position, false);
            add(words, text, position, end);
            position = skip(text, end, true);
        }
        if (position < text.length()) {
            add(words, text, position, text.length());
        }
        return words;
    }

    private static int skip(String text, int from, boolean space) {
        int i = from;
        while (i < text.length() && Characters.isSpace(text.codePointAt(i)) == space) {
            i += Character.charCount(text.codePointAt(i));
        }
        return i;
    }

    private List<Object> lastWords(String text, Arguments with) {
        long most = most(with);
        List<Object> words = new ArrayList<>();
        int end = skipBack(text, text.length(), true);
        while (end > 0 && words.size() < most) {
            int begin = skipBack(text, end, false);
            add(words, text, begin, end);
            end = skipBack(text, begin, true);
        }
        if (end > 0) {
            add(words, text, 0, end);
        }
        Collections.reverse(words);
        return words;
    }

    private static int skipBack(String text, int from, boolean space) {
        int i = from;
        while (i > 0 && Characters.isSpace(text.codePointBefore(i)) == space) {
            i -= Character.charCount(text.codePointBefore(i));
        }
        return i;
    }

    /** The lines of a text, as str.splitlines() cuts it; with their ends, or without. */
    List<Object> lines(String text, boolean ends) {
        List<Object> lines = new ArrayList<>();
        int begin = 0;
        for (int i = 0; i < text.length(); i++) {
            if (Characters.endsLine(text.charAt(i))) {
                int end = text.startsWith("\r\n", i) ? i + 1 : i;
                add(lines, text, begin, ends ? end + 1 : i);
                begin = end + 1;
                i = end;
            }
        }
        if (begin < text.length()) {
            add(lines, text, begin, text.length());
        }
        return lines;
    }

    private static Tuple partition(String text, String separator, boolean last) {
        int cut = last ? Search.last(text, separator, text.length()) : Search.first(text, separator, 0);
        if (cut < 0) {
            return new Tuple(last ? List.of("", "", text) : List.of(text, "", ""), List.of());
        }
        return new Tuple(List.of(text.substring(0, cut), separator, text.substring(cut + separator.length())),
                List.of());
    }
}
