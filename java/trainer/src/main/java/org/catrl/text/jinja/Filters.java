package org.catrl.text.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** The filters: what may follow {@code |}. {@link TextFilters} has those over texts, {@link ItemFilters} over items. */
final class Filters {
    private static final Map<String, Signature> TABLE = Signature.table(
            "abs", "attr name", "batch linecount fill_with?", "capitalize", "center width?", "count",
            "d default_value? boolean?", "default default_value? boolean?", "dictsort case_sensitive? by? reverse?",
            "e", "escape", "filesizeformat binary?", "first", "float default?", "forceescape", "format ...",
            "groupby attribute default? case_sensitive?", "indent width? first? blank?", "int default? base?",
            "items", "join d? attribute?", "last", "length", "list", "lower", "map ...",
            "max case_sensitive? attribute?", "min case_sensitive? attribute?", "reject ...", "rejectattr ...",
            "replace old new count?", "reverse", "round precision? method?", "safe", "select ...", "selectattr ...",
            "slice slices fill_with?", "sort reverse? case_sensitive? attribute?", "string", "sum attribute? start?",
            "title", "tojson ensure_ascii? indent? separators? sort_keys?", "trim chars?",
            "truncate length? killwords? end? leeway?", "unique case_sensitive? attribute?", "upper", "urlencode",
            "wordcount", "xmlattr autospace?");

    private final Values values;
    private final Methods methods;
    private final TextFilters texts;
    private final ItemFilters items;
    private final Tests tests;

    /** The filters over the values of these methods. */
    Filters(Methods methods, Tests tests) {
        this.methods = methods;
        this.values = methods.values();
        this.texts = new TextFilters(methods);
        this.items = new ItemFilters(methods);
        this.tests = tests;
    }

    /** Whether there is such a filter. */
    static boolean known(String name) {
        return TABLE.containsKey(name);
    }

    /** The filtered value. @throws JinjaException where the filter is not known or refuses the value */
    Object apply(String name, Object value, List<Object> inOrder, Map<String, Object> named) {
        if (!known(name)) {
            throw new JinjaException("there is no filter " + name);
        }
        values.work().step();
        values.work().deeper();
        Object result = applied(name, value, TABLE.get(name).bind(inOrder, named));
        values.work().back();
        return result;
    }

    private Object applied(String name, Object value, Arguments with) {
        return switch (name) {
            case "abs" -> absolute(value);
            case "attr" -> attribute(value, with.text("name"));
            case "count", "length" -> values.length(value);
            case "d", "default" -> value instanceof Undefined || with.flag("boolean") && !Values.truth(value)
                    ? with.get("default_value", "") : value;
            case "float" -> real(value, with.get("default", 0.0));
            case "int" -> whole(value, with.get("default", 0L), with.integer("base", 10));
            case "round" -> rounded(value, with.integer("precision", 0), with.text("method", "common"));
            case "tojson" -> JsonText.of(value, values, with);
            case "map", "select", "reject", "selectattr", "rejectattr" -> Values.truth(value) ? each(name, value, with)
                    : new Generator(List.of());
            default -> ItemFilters.NAMES.contains(name) ? items.apply(name, value, with)
                    : texts.apply(name, value, with);
        };
    }

    private Object each(String name, Object value, Arguments with) {
        return name.equals("map") ? mapped(value, with)
                : selected(value, with, name.endsWith("attr"), name.startsWith("select"));
    }

    private static Object absolute(Object value) {
        if (!Numbers.isNumber(value)) {
            throw new JinjaException("abs of a " + Values.type(value) + " has no meaning");
        }
        return value instanceof Double number ? (Object) Math.abs(number)
                : Numbers.number(value).longValue() < 0 ? Numbers.arithmetic("-", 0L, value)
                : (Object) Numbers.number(value);
    }

    private Object attribute(Object value, String name) {
        Object own = methods.own(value, name);
        return own == null ? new Undefined("a " + Values.type(value) + "'s " + name) : own;
    }

    private Object real(Object value, Object otherwise) {
        requireDefined(value);
        Object number = Numbers.isNumber(value) ? (Object) Numbers.number(value).doubleValue()
                : value instanceof String text ? parsed(text) : null;
        return number == null ? otherwise : number;
    }

    private Double parsed(String text) {
        values.work().made(text.length());
        return Numbers.parsed(text);
    }

    private static void requireDefined(Object value) {
        if (value instanceof Undefined undefined) {
            throw undefined.error();
        }
    }

    private Object whole(Object value, Object otherwise, long base) {
        requireDefined(value);
        if (Numbers.isNumber(value)) {
            return value instanceof Double real ? Double.isNaN(real) ? otherwise : (Object) Numbers.truncated(real)
                    : (Object) Numbers.number(value);
        }
        if (!(value instanceof String text)) {
            return otherwise;
        }
        values.work().made(text.length());
        Long whole = Numbers.parsed(text, base);
        Double real = whole == null ? Numbers.parsed(text) : null;
        return whole != null ? whole : real == null || real.isNaN() || real.isInfinite() ? otherwise
                : (Object) Numbers.truncated(real);
    }

    private static Object rounded(Object value, long precision, String method) {
        if (!List.of("common", "ceil", "floor").contains(method)) {
            throw new JinjaException("round: the method is common, ceil or floor, not " + method);
        }
        if (!Numbers.isNumber(value)) {
            throw new JinjaException("round of a " + Values.type(value) + " has no meaning");
        }
        if (method.equals("common")) {
            return Numbers.rounded(Numbers.number(value), precision);
        }
        Object scale = Numbers.arithmetic("**", 10L, precision);
        double scaled = Numbers.number(Numbers.arithmetic("*", value, scale)).doubleValue();
        double whole = method.equals("ceil") ? Math.ceil(scaled) : Math.floor(scaled);
        return whole / Numbers.number(scale).doubleValue() + 0.0;
    }

    /** The items' attributes, {@code map(attribute='name')}, or their filtered values, {@code map('filter', ...)}. */
    private Object mapped(Object value, Arguments with) {
        List<Object> result = new ArrayList<>();
        if (with.others().isEmpty() && with.has("attribute")) {
            if (!with.named(List.of("attribute", "default")).isEmpty()) {
                throw new JinjaException("map takes attribute and default, and nothing else besides");
            }
            for (Object item : values.items(value)) {
                result.add(items.path(item, with.get("attribute"), with.get("default")));
            }
            return new Generator(result);
        }
        List<Object> rest = rest(with, 1);
        for (Object item : values.items(value)) {
            result.add(apply(name(with.others().get(0)), item, rest, with.byName()));
        }
        return new Generator(result);
    }

    private static List<Object> rest(Arguments with, int from) {
        if (with.others().size() < from) {
            throw new JinjaException(with.callee() + " needs to know by what");
        }
        return with.others().subList(from, with.others().size());
    }

    private static String name(Object value) {
        if (!(value instanceof String name)) {
            throw new JinjaException("the name of a filter or a test is a str, not a " + Values.type(value));
        }
        return name;
    }

    private Object selected(Object value, Arguments with, boolean byAttribute, boolean wanted) {
        List<Object> test = rest(with, byAttribute ? 1 : 0);
        List<Object> kept = new ArrayList<>();
        for (Object item : values.items(value)) {
            Object subject = byAttribute ? items.path(item, with.others().get(0), null) : item;
            values.work().elements(1);
            if (wanted == (test.isEmpty() ? Values.truth(subject)
                    : tests.holds(name(test.get(0)), subject, test.subList(1, test.size()), with.byName()))) {
                kept.add(item);
            }
        }
        return new Generator(Collections.unmodifiableList(kept));
    }
}
