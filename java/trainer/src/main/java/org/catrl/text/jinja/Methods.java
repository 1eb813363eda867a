package org.catrl.text.jinja;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Attributes of values, their methods above all. What would change a value is refused, as in the sandbox. */
final class Methods {
    private static final Set<String> TEXT = Set.of("startswith", "endswith", "strip", "lstrip", "rstrip", "split",
            "rsplit", "splitlines", "replace", "upper", "lower", "title", "capitalize", "join", "find", "rfind",
            "index", "count", "format", "isdigit", "isalpha", "isalnum", "isspace", "isupper", "islower",
            "removeprefix", "removesuffix", "partition", "rpartition", "zfill");
    private static final Set<String> MAP = Set.of("items", "keys", "values", "get");
    private static final Set<String> LIST = Set.of("index", "count");
    private static final Set<String> REFUSED = Set.of("append", "extend", "insert", "pop", "remove", "clear", "sort",
            "reverse", "update", "setdefault", "popitem");
    private static final Pattern CONVERSION = Pattern.compile("%(?:\\((\\w+)\\))?([sdr%])");
    private static final Pattern PLACE = Pattern.compile("\\{\\{|}}|\\{(\\w*)}");

    private Methods() { }

    /** The attribute {@code object.name}: a method, else an element of that key, else Undefined. */
    static Object attribute(Object object, String name) {
        if (object instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (object instanceof String text && TEXT.contains(name)) {
            return (Callable) (arguments, named) -> text(text, name, new Arguments("str." + name, arguments, named));
        }
        if (object instanceof Map<?, ?> map && MAP.contains(name)) {
            return (Callable) (arguments, named) -> map(map, name, new Arguments("dict." + name, arguments, named));
        }
        if (object instanceof List<?> list && LIST.contains(name)) {
            return (Callable) (arguments, named) -> list(list, name, new Arguments("list." + name, arguments, named));
        }
        boolean changeable = object instanceof List<?> || object instanceof Map<?, ?> map && !map.containsKey(name);
        if (changeable && REFUSED.contains(name)) {
            throw new JinjaException("a template may not change a " + Values.type(object) + " by " + name);
        }
        return Values.item(object, name);
    }

    /** The pairs of a dict, each a list of key and value. @throws JinjaException where the value is none */
    static List<Object> items(Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new JinjaException("a " + Values.type(value) + " has no items");
        }
        List<Object> items = new ArrayList<>();
        map.forEach((key, item) -> items.add(Arrays.asList(key, item)));
        return items;
    }

    private static Object map(Map<?, ?> map, String name, Arguments with) {
        return switch (name) {
            case "items" -> items(map);
            case "keys" -> new ArrayList<Object>(map.keySet());
            case "values" -> new ArrayList<Object>(map.values());
            default -> map.containsKey(with.need(0, "key")) ? map.get(with.need(0, "key"))
                    : with.get(1, "default", null);
        };
    }

    private static Object list(List<?> list, String name, Arguments with) {
        long count = list.stream().filter(item -> Values.equal(item, with.need(0, "value"))).count();
        if (name.equals("count")) {
            return count;
        }
        for (int i = 0; i < list.size(); i++) {
            if (Values.equal(list.get(i), with.need(0, "value"))) {
                return (long) i;
            }
        }
        throw new JinjaException("list.index: " + Values.repr(with.need(0, "value")) + " is not in the list");
    }

    /** What a method of str returns. @throws JinjaException where str has no such method here */
    static Object text(String text, String name, Arguments with) {
        return switch (name) {
            case "startswith" -> any(with.need(0, "prefix"), text::startsWith);
            case "endswith" -> any(with.need(0, "suffix"), text::endsWith);
            case "strip" -> stripped(text, with, true, true);
            case "lstrip" -> stripped(text, with, true, false);
            case "rstrip" -> stripped(text, with, false, true);
            case "split" -> split(text, with, false);
            case "rsplit" -> split(text, with, true);
            case "splitlines" -> new ArrayList<Object>(text.lines().toList());
            case "replace" -> replaced(text, with);
            case "upper" -> text.toUpperCase(Locale.ROOT);
            case "lower" -> text.toLowerCase(Locale.ROOT);
            case "title" -> titled(text);
            case "capitalize" -> text.isEmpty() ? text : text.substring(0, text.offsetByCodePoints(0, 1))
                    .toUpperCase(Locale.ROOT) + text.substring(text.offsetByCodePoints(0, 1)).toLowerCase(Locale.ROOT);
            case "join" -> Values.items(with.need(0, "iterable")).stream().map(Values::text)
                    .collect(Collectors.joining(text));
            case "find" -> place(text, text.indexOf(with.text(0, "sub")));
            case "rfind" -> place(text, text.lastIndexOf(with.text(0, "sub")));
            case "index" -> found(text, with.text(0, "sub"));
            case "count" -> (long) occurrences(text, with.text(0, "sub"));
            case "format" -> formatted(text, with);
            case "isdigit" -> all(text, Character::isDigit);
            case "isalpha" -> all(text, Character::isLetter);
            case "isalnum" -> all(text, Character::isLetterOrDigit);
            case "isspace" -> all(text, Character::isWhitespace);
            case "isupper" -> hasCase(text) && text.equals(text.toUpperCase(Locale.ROOT));
            case "islower" -> hasCase(text) && text.equals(text.toLowerCase(Locale.ROOT));
            case "removeprefix" -> text.startsWith(with.text(0, "prefix"))
                    ? text.substring(with.text(0, "prefix").length()) : text;
            case "removesuffix" -> text.endsWith(with.text(0, "suffix"))
                    ? text.substring(0, text.length() - with.text(0, "suffix").length()) : text;
            case "partition" -> partition(text, with.text(0, "sep"), text.indexOf(with.text(0, "sep")), false);
            case "rpartition" -> partition(text, with.text(0, "sep"), text.lastIndexOf(with.text(0, "sep")), true);
            case "zfill" -> "0".repeat((int) Math.max(0, with.integer(0, "width", 0) - text.length())) + text;
            default -> throw new JinjaException("a str has no " + name);
        };
    }

    private static boolean any(Object affixes, java.util.function.Predicate<String> test) {
        return affixes instanceof String affix ? test.test(affix)
                : Values.items(affixes).stream().map(Values::text).anyMatch(test);
    }

    private static String stripped(String text, Arguments with, boolean left, boolean right) {
        Object chars = with.get(0, "chars", null);
        IntPredicate strip = chars == null ? c -> Character.isWhitespace(c) || Character.isSpaceChar(c)
                : c -> Values.text(chars).indexOf(c) >= 0;
        int start = 0;
        int end = text.length();
        while (left && start < end && strip.test(text.codePointAt(start))) {
            start += Character.charCount(text.codePointAt(start));
        }
        while (right && start < end && strip.test(text.codePointBefore(end))) {
            end -= Character.charCount(text.codePointBefore(end));
        }
        return text.substring(start, end);
    }

    private static List<Object> split(String text, Arguments with, boolean fromRight) {
        Object given = with.get(0, "sep", null);
        long most = with.integer(1, "maxsplit", -1);
        List<Object> parts = new ArrayList<>();
        if (given == null) {
            for (String part : text.strip().split("\\s+", most < 0 ? 0 : (int) most + 1)) {
                if (!part.isEmpty()) {
                    parts.add(part);
                }
            }
            return parts;
        }
        String separator = Values.text(given);
        if (separator.isEmpty()) {
            throw new JinjaException("str.split: the separator is empty");
        }
        String rest = text;
        for (long cuts = 0; most < 0 || cuts < most; cuts++) {
            int cut = fromRight ? rest.lastIndexOf(separator) : rest.indexOf(separator);
            if (cut < 0) {
                break;
            }
            String before = rest.substring(0, cut);
            String behind = rest.substring(cut + separator.length());
            parts.add(fromRight ? 0 : parts.size(), fromRight ? behind : before);
            rest = fromRight ? before : behind;
        }
        parts.add(fromRight ? 0 : parts.size(), rest);
        return parts;
    }

    private static String replaced(String text, Arguments with) {
        String old = Values.text(with.need(0, "old"));
        String replacement = Values.text(with.need(1, "new"));
        long most = with.get(2, "count", null) instanceof Long count ? count : -1;
        if (most < 0) {
            return text.replace(old, replacement);
        }
        String result = text;
        for (int from = 0; most > 0; most--) {
            int found = result.indexOf(old, from);
            if (found < 0) {
                break;
            }
            result = result.substring(0, found) + replacement + result.substring(found + old.length());
            from = found + replacement.length();
        }
        return result;
    }

    private static String titled(String text) {
        StringBuilder result = new StringBuilder();
        boolean inside = false;
        for (int c : text.codePoints().toArray()) {
            result.appendCodePoint(inside ? Character.toLowerCase(c) : Character.toTitleCase(c));
            inside = Character.isLetter(c);
        }
        return result.toString();
    }

    /** The index in code points, as Python counts; -1 stays. */
    private static long place(String text, int index) {
        return index < 0 ? -1 : text.codePointCount(0, index);
    }

    private static long found(String text, String part) {
        if (!text.contains(part)) {
            throw new JinjaException("str.index: " + Values.repr(part) + " is not in the text");
        }
        return place(text, text.indexOf(part));
    }

    private static int occurrences(String text, String part) {
        return part.isEmpty() ? text.codePointCount(0, text.length()) + 1
                : (text.length() - text.replace(part, "").length()) / part.length();
    }

    private static boolean hasCase(String text) {
        return !text.toLowerCase(Locale.ROOT).equals(text.toUpperCase(Locale.ROOT));
    }

    private static boolean all(String text, IntPredicate test) {
        return !text.isEmpty() && text.codePoints().allMatch(test);
    }

    private static List<Object> partition(String text, String separator, int index, boolean last) {
        if (index < 0) {
            return new ArrayList<>(last ? List.of("", "", text) : List.of(text, "", ""));
        }
        return new ArrayList<>(List.of(text.substring(0, index), separator,
                text.substring(index + separator.length())));
    }

    /** The value of {@code "{} {0} {name}".format(...)}, without format specifications. */
    private static String formatted(String text, Arguments with) {
        int[] next = new int[1];
        return PLACE.matcher(text).replaceAll(match -> {
            if (match.group(1) == null) {
                return match.group().substring(1);
            }
            String name = match.group(1);
            Object value = name.isEmpty() ? with.need(next[0]++, "a value") : name.matches("\\d+")
                    ? with.need(Integer.parseInt(name), "a value") : with.need(Integer.MAX_VALUE, name);
            return Matcher.quoteReplacement(Values.text(value));
        });
    }

    /** The value of {@code "%s of %d" % (a, b)}. */
    static String percent(String format, List<?> values) {
        int[] next = new int[1];
        return CONVERSION.matcher(format).replaceAll(match -> {
            if (match.group(2).equals("%")) {
                return "%";
            }
            Object value = match.group(1) != null ? Values.item(values.get(0), match.group(1))
                    : next[0] < values.size() ? values.get(next[0]++) : new Undefined("a value for " + match.group());
            return Matcher.quoteReplacement(match.group(2).equals("r") ? Values.repr(value) : Values.text(value));
        });
    }
}
