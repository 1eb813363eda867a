package org.catrl.text.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** The filters: what may follow {@code |}. */
final class Filters {
    static final Set<String> NAMES = Set.of("abs", "attr", "capitalize", "count", "d", "default", "dictsort", "e",
            "escape", "first", "float", "indent", "int", "items", "join", "last", "length", "list", "lower", "map",
            "max", "min", "reject", "rejectattr", "replace", "reverse", "round", "safe", "select", "selectattr", "sort",
            "string", "sum", "title", "tojson", "trim", "unique", "upper");

    private Filters() { }

    /** The filtered value. @throws JinjaException where the filter is not known or refuses the value */
    static Object apply(String name, Object value, Arguments with) {
        return switch (name) {
            case "abs" -> value instanceof Long number ? (Object) Math.abs(number) : (Object) Math.abs((Double) value);
            case "attr" -> Methods.attribute(value, with.text(0, "name"));
            case "capitalize", "lower", "upper", "title" -> Methods.text(Values.text(value), name, with);
            case "count", "length" -> Values.length(value);
            case "d", "default" -> value instanceof Undefined || Values.truth(with.get(1, "boolean", false))
                    && !Values.truth(value) ? with.get(0, "default_value", "") : value;
            case "dictsort" -> sortedItems(value);
            case "e", "escape" -> Values.text(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
                    .replace("\"", "&#34;").replace("'", "&#39;");
            case "first" -> Values.items(value).isEmpty() ? new Undefined("the first of nothing")
                    : Values.items(value).get(0);
            case "last" -> Values.items(value).isEmpty() ? new Undefined("the last of nothing")
                    : Values.items(value).get(Values.items(value).size() - 1);
            case "float" -> toFloat(value, with.get(0, "default", 0.0));
            case "int" -> toInteger(value, with.get(0, "default", 0L));
            case "indent" -> indented(Values.text(value), with);
            case "items" -> value instanceof Undefined ? List.of() : Methods.items(value);
            case "join" -> joined(value, with);
            case "list" -> Values.items(value);
            case "map" -> mapped(value, with);
            case "max", "min" -> extreme(value, name.equals("max"));
            case "reject" -> filtered(value, test(with, item -> item).negate());
            case "select" -> filtered(value, test(with, item -> item));
            case "rejectattr" -> filtered(value, test(with.rest(), attribute(with)).negate());
            case "selectattr" -> filtered(value, test(with.rest(), attribute(with)));
            case "replace" -> Methods.text(Values.text(value), name, with);
            case "reverse" -> reversed(value);
            case "round" -> rounded(value, with);
            case "safe", "string" -> Values.text(value);
            case "sort" -> sorted(value, with);
            case "sum" -> Values.items(value).stream().reduce(0L, (a, b) -> Values.binary("+", a, b));
            case "tojson" -> JsonText.of(value, indentOf(with), (List<?>) with.get(2, "separators", null));
            case "trim" -> Methods.text(Values.text(value), "strip", with);
            case "unique" -> unique(value);
            default -> throw new JinjaException("there is no filter " + name);
        };
    }

    private static int indentOf(Arguments with) {
        Object indent = with.get(with.inOrder().size() == 1 ? 0 : 1, "indent", null);
        return indent instanceof Long number ? (int) Math.max(0, Math.min(number, 64)) : -1;
    }

    private static Object sortedItems(Object value) {
        List<Object> items = new ArrayList<>(Methods.items(value));
        items.sort((a, b) -> compareIgnoringCase(((List<?>) a).get(0), ((List<?>) b).get(0)));
        return items;
    }

    private static int compareIgnoringCase(Object a, Object b) {
        return Values.compare(a instanceof String x ? x.toLowerCase(Locale.ROOT) : a,
                b instanceof String y ? y.toLowerCase(Locale.ROOT) : b);
    }

    private static Object toFloat(Object value, Object otherwise) {
        try {
            return Values.isNumber(value) ? (Object) Values.number(value).doubleValue()
                    : (Object) Double.parseDouble(Values.text(value).strip());
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    private static Object toInteger(Object value, Object otherwise) {
        Object number = toFloat(value, null);
        return number == null ? otherwise : (Object) ((Double) number).longValue();
    }

    private static String indented(String text, Arguments with) {
        Object width = with.get(0, "width", 4L);
        String margin = width instanceof String given ? given : " ".repeat(((Long) width).intValue());
        boolean first = Values.truth(with.get(1, "first", false));
        boolean blank = Values.truth(with.get(2, "blank", false));
        StringBuilder result = new StringBuilder();
        String[] lines = text.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            boolean indent = i == 0 ? first : blank || !lines[i].isBlank();
            result.append(i == 0 ? "" : "\n").append(indent ? margin : "").append(lines[i]);
        }
        return result.toString();
    }

    private static String joined(Object value, Arguments with) {
        Object attribute = with.get(1, "attribute", null);
        return String.join(Values.text(with.get(0, "d", "")), Values.items(value).stream()
                .map(item -> Values.text(attribute == null ? item : path(item, attribute))).toList());
    }

    /** The items' attributes, {@code map(attribute='name')}, or their filtered values, {@code map('filter', ...)}. */
    private static Object mapped(Object value, Arguments with) {
        if (with.named().containsKey("attribute")) {
            Object otherwise = with.named().get("default");
            return new ArrayList<>(Values.items(value).stream().map(item -> {
                Object found = path(item, with.named().get("attribute"));
                return found instanceof Undefined && otherwise != null ? otherwise : found;
            }).toList());
        }
        String filter = with.text(0, "filter");
        if (!NAMES.contains(filter)) {
            throw new JinjaException("there is no filter " + filter);
        }
        List<Object> result = new ArrayList<>();
        Values.items(value).forEach(item -> result.add(apply(filter, item, with.rest())));
        return result;
    }

    private static Object path(Object item, Object attribute) {
        Object value = item;
        for (String part : Values.text(attribute).split("\\.")) {
            value = Values.item(value, part.matches("\\d+") ? (Object) Long.valueOf(part) : part);
        }
        return value;
    }

    private static Function<Object, Object> attribute(Arguments with) {
        return item -> path(item, with.need(0, "attribute"));
    }

    /** The test that the arguments name first, or the test of truth, applied to the subject of an item. */
    private static Predicate<Object> test(Arguments with, Function<Object, Object> subject) {
        if (with.inOrder().isEmpty()) {
            return item -> Values.truth(subject.apply(item));
        }
        String name = switch (with.text(0, "test")) {
            case "==" -> "eq";
            case "!=" -> "ne";
            case "<" -> "lt";
            case "<=" -> "le";
            case ">" -> "gt";
            case ">=" -> "ge";
            default -> with.text(0, "test");
        };
        return item -> Tests.holds(name, subject.apply(item), with.rest());
    }

    private static Object filtered(Object value, Predicate<Object> wanted) {
        List<Object> kept = Values.items(value);
        kept.removeIf(wanted.negate());
        return kept;
    }

    private static Object extreme(Object value, boolean largest) {
        List<Object> items = Values.items(value);
        Comparator<Object> order = Filters::compareIgnoringCase;
        return items.isEmpty() ? new Undefined("the extreme of nothing")
                : largest ? Collections.max(items, order) : Collections.min(items, order);
    }

    private static Object reversed(Object value) {
        return Values.slice(value, null, null, -1L);
    }

    private static Object rounded(Object value, Arguments with) {
        double scale = Math.pow(10, with.integer(0, "precision", 0));
        double number = Values.number(value).doubleValue() * scale;
        return switch (Values.text(with.get(1, "method", "common"))) {
            case "ceil" -> Math.ceil(number) / scale;
            case "floor" -> Math.floor(number) / scale;
            default -> Math.rint(number) / scale;
        };
    }

    private static Object sorted(Object value, Arguments with) {
        Object attribute = with.get(2, "attribute", null);
        Function<Object, Object> key = item -> attribute == null ? item : path(item, attribute);
        boolean exact = Values.truth(with.get(1, "case_sensitive", false));
        List<Object> items = Values.items(value);
        items.sort((a, b) -> exact ? Values.compare(key.apply(a), key.apply(b))
                : compareIgnoringCase(key.apply(a), key.apply(b)));
        if (Values.truth(with.get(0, "reverse", false))) {
            Collections.reverse(items);
        }
        return items;
    }

    private static Object unique(Object value) {
        Map<Object, Object> seen = new LinkedHashMap<>();
        Values.items(value).forEach(item ->
                seen.putIfAbsent(item instanceof String text ? text.toLowerCase(Locale.ROOT) : item, item));
        return new ArrayList<>(seen.values());
    }
}
