package org.catrl.text.jinja;

import java.util.List;
import java.util.Map;

/** The tests: what may follow {@code is}. */
final class Tests {
    private static final Map<String, String> SIGNS = Map.of("==", "eq", "!=", "ne", "<", "lt", "<=", "le", ">", "gt",
            ">=", "ge", "equalto", "eq", "lessthan", "lt", "greaterthan", "gt");
    private static final Map<String, Signature> TABLE = Signature.table("defined", "undefined", "none", "string",
            "number", "integer", "float", "boolean", "mapping", "iterable", "sequence", "callable", "true", "false",
            "odd", "even", "divisibleby num", "eq other", "ne other", "lt other", "le other", "gt other", "ge other",
            "in seq", "lower", "upper", "sameas other", "filter", "test", "escaped");

    private final Values values;

    /** The tests of these values. */
    Tests(Values values) {
        this.values = values;
    }

    /** Whether there is such a test. */
    static boolean known(String name) {
        return TABLE.containsKey(SIGNS.getOrDefault(name, name));
    }

    /** Whether the value passes. @throws JinjaException where the test is not known, or not for such a value */
    boolean holds(String given, Object value, List<Object> inOrder, Map<String, Object> named) {
        String name = SIGNS.getOrDefault(given, given);
        if (!known(name)) {
            throw new JinjaException("there is no test " + given);
        }
        values.work().step();
        Arguments with = TABLE.get(name).bind(inOrder, named);
        return with.has("other") ? compares(name, value, with.get("other")) : with.byName().isEmpty()
                ? is(name, value) : name.equals("in") ? values.contains(with.get("seq"), value)
                : divisible(value, with.get("num"), 0);
    }

    private boolean compares(String name, Object value, Object other) {
        return switch (name) {
            case "eq" -> values.equal(value, other);
            case "ne" -> !values.equal(value, other);
            case "sameas" -> value == other || Numbers.isNumber(value) && Values.type(value).equals(Values.type(other))
                    && values.equal(value, other) || value instanceof String && value.equals(other);
            default -> {
                Integer order = values.order(value, other);
                yield order != null && switch (name) {
                    case "lt" -> order < 0;
                    case "le" -> order <= 0;
                    case "gt" -> order > 0;
                    default -> order >= 0;
                };
            }
        };
    }

    private boolean is(String name, Object value) {
        return switch (name) {
            case "defined" -> !(value instanceof Undefined);
            case "undefined" -> value instanceof Undefined;
            case "none" -> value == null;
            case "string" -> value instanceof String;
            case "number" -> Numbers.isNumber(value);
            case "integer" -> value instanceof Long;
            case "float" -> value instanceof Double;
            case "boolean" -> value instanceof Boolean;
            case "mapping" -> value instanceof Dict;
            case "iterable" -> isSequence(value) || value instanceof View || value instanceof Generator;
            case "sequence" -> isSequence(value);
            case "callable" -> value instanceof Callable || value instanceof Undefined;
            case "true" -> Boolean.TRUE.equals(value);
            case "false" -> Boolean.FALSE.equals(value);
            default -> shape(name, value);
        };
    }

    private boolean shape(String name, Object value) {
        return switch (name) {
            case "odd" -> divisible(value, 2L, 1);
            case "even" -> divisible(value, 2L, 0);
            case "lower", "upper" -> (boolean) new TextMethods(values).call(values.text(value), "is" + name,
                    new Arguments(name, Map.of(), List.of()));
            case "filter" -> value instanceof String text && Filters.known(text);
            case "test" -> value instanceof String text && known(text);
            default -> false;
        };
    }

    private static boolean isSequence(Object value) {
        return value instanceof String || value instanceof List<?> || value instanceof Dict
                || value instanceof Undefined;
    }

    private boolean divisible(Object value, Object by, long rest) {
        return values.equal(values.binary("%", value, by), rest);
    }
}
