package org.catrl.text.jinja;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The tests: what may follow {@code is}. */
final class Tests {
    static final Set<String> NAMES = Set.of("defined", "undefined", "none", "string", "number", "integer", "float",
            "boolean", "mapping", "iterable", "sequence", "callable", "true", "false", "odd", "even", "divisibleby",
            "equalto", "eq", "ne", "lt", "lessthan", "le", "gt", "greaterthan", "ge", "in", "lower", "upper", "sameas");

    private Tests() { }

    /** Whether the value passes. @throws JinjaException where the test is not known */
    static boolean holds(String name, Object value, Arguments with) {
        return switch (name) {
            case "defined" -> !(value instanceof Undefined);
            case "undefined" -> value instanceof Undefined;
            case "none" -> value == null;
            case "string" -> value instanceof String;
            case "number" -> Values.isNumber(value);
            case "integer" -> value instanceof Long;
            case "float" -> value instanceof Double;
            case "boolean" -> value instanceof Boolean;
            case "mapping" -> value instanceof Map<?, ?>;
            case "iterable" -> value instanceof String || value instanceof List<?> || value instanceof Map<?, ?>
                    || value instanceof Undefined;
            case "sequence" -> value instanceof String || value instanceof List<?> || value instanceof Map<?, ?>;
            case "callable" -> value instanceof Callable;
            case "true" -> Boolean.TRUE.equals(value);
            case "false" -> Boolean.FALSE.equals(value);
            case "odd" -> (long) Values.binary("%", value, 2L) == 1;
            case "even" -> (long) Values.binary("%", value, 2L) == 0;
            case "divisibleby" -> Values.equal(Values.binary("%", value, with.need(0, "num")), 0L);
            case "equalto", "eq" -> Values.equal(value, with.need(0, "other"));
            case "ne" -> !Values.equal(value, with.need(0, "other"));
            case "lt", "lessthan" -> Values.compare(value, with.need(0, "other")) < 0;
            case "le" -> Values.compare(value, with.need(0, "other")) <= 0;
            case "gt", "greaterthan" -> Values.compare(value, with.need(0, "other")) > 0;
            case "ge" -> Values.compare(value, with.need(0, "other")) >= 0;
            case "in" -> Values.contains(with.need(0, "seq"), value);
            case "lower" -> Values.text(value).equals(Values.text(value).toLowerCase(Locale.ROOT));
            case "upper" -> Values.text(value).equals(Values.text(value).toUpperCase(Locale.ROOT));
            case "sameas" -> value == with.need(0, "other") || Values.equal(value, with.need(0, "other"));
            default -> throw new JinjaException("there is no test " + name);
        };
    }
}
