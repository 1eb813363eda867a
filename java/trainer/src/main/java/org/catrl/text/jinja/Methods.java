package org.catrl.text.jinja;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Attributes of values, their methods above all. What would change a value is refused, as in the sandbox. */
final class Methods {
    private static final Map<String, Signature> DICT = Signature.table("items", "keys", "values", "get key default?",
            "copy");
    private static final Map<String, Signature> LIST = Signature.table("index value start? end?", "count value",
            "copy");
    private static final Set<String> REFUSED = Set.of("append", "extend", "insert", "pop", "remove", "clear", "sort",
            "reverse", "update", "setdefault", "popitem");

    private final Values values;
    private final TextMethods texts;

    /** The methods over these values. */
    Methods(Values values) {
        this.values = values;
        this.texts = new TextMethods(values);
    }

    /** The values that the methods are over. */
    Values values() {
        return values;
    }

    /** The methods of str. */
    TextMethods texts() {
        return texts;
    }

    /** The attribute {@code object.name}: a method, else an element of that key, else Undefined. */
    Object attribute(Object object, String name) {
        Object own = own(object, name);
        if (own != null) {
            return own;
        }
        Values.Found found = values.element(object, name);
        return found == null ? missing(object, name) : found.value();
    }

    /** The element {@code container[index]}, else an attribute of that name, else Undefined. */
    Object item(Object container, Object index) {
        Values.Found found = values.element(container, index);
        if (found != null) {
            return found.value();
        }
        Object own = index instanceof String name ? own(container, name) : null;
        return own == null ? missing(container, index) : own;
    }

    private Undefined missing(Object object, Object name) {
        return new Undefined(name instanceof Long ? "element " + name + " of a " + Values.type(object)
                : (object instanceof Dict ? "" : "a " + Values.type(object) + "'s ") + values.text(name));
    }

    /** The attribute that a value of this type has, without looking at what it holds; null where it has none. */
    Object own(Object object, String name) {
        if (object instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (object instanceof String text) {
            return TextMethods.TABLE.containsKey(name) ? textMethod(text, name) : null;
        }
        if (object instanceof Dict dict) {
            return DICT.containsKey(name) ? method(DICT.get(name), with -> dict(dict, name, with))
                    : refused(object, name);
        }
        if (object instanceof List<?> list && !(object instanceof Range)) {
            return LIST.containsKey(name) ? method(LIST.get(name), with -> list(list, name, with))
                    : object instanceof Tuple tuple ? tuple.named(name) : refused(object, name);
        }
        return object instanceof Namespace namespace ? namespace.get(name)
                : object instanceof Loop loop ? loop.attribute(name)
                : object instanceof Cycler cycler ? cycler.attribute(name) : null;
    }

    private static Object refused(Object object, String name) {
        return REFUSED.contains(name) ? new Undefined("a template may not change a " + Values.type(object) + " by "
                + name + ", which") : null;
    }

    private static Callable method(Signature signature, Function<Arguments, Object> body) {
        return (inOrder, named) -> body.apply(signature.bind(inOrder, named));
    }

    private Callable textMethod(String text, String name) {
        Signature signature = TextMethods.TABLE.get(name);
        return (inOrder, named) -> {
            Arguments with = signature.bind(inOrder, named);
            return switch (name) {
                case "format" -> new Formats(this, inOrder, named).text(text);
                case "format_map" -> new Formats(this, List.of(), names(with.get("mapping"))).text(text);
                default -> texts.call(text, name, with);
            };
        };
    }

    private static Map<String, Object> names(Object mapping) {
        if (!(mapping instanceof Dict dict)) {
            throw new JinjaException("str.format_map needs a dict, not a " + Values.type(mapping));
        }
        Map<String, Object> names = new HashMap<>();
        dict.entries().forEach((lookup, entry) -> names.put(String.valueOf(lookup), entry.value()));
        return names;
    }

    private Object dict(Dict dict, String name, Arguments with) {
        values.work().elements(dict.size());
        return switch (name) {
            case "items" -> new View("dict_items", dict.items());
            case "keys" -> new View("dict_keys", dict.keys());
            case "values" -> new View("dict_values", dict.values());
            case "copy" -> dict;
            default -> dict.get(values.key(with.get("key")), with.get("default"));
        };
    }

    private Object list(List<?> list, String name, Arguments with) {
        return switch (name) {
            case "copy" -> list;
            case "count" -> list.stream().filter(item -> values.equal(item, with.get("value"))).count();
            default -> index(list, with);
        };
    }

    private long index(List<?> list, Arguments with) {
        long start = with.integer("start", 0);
        long end = with.integer("end", list.size());
        long stop = Math.min(list.size(), end < 0 ? end + list.size() : end);
        for (long i = Math.max(0, start < 0 ? start + list.size() : start); i < stop; i++) {
            if (values.equal(list.get((int) i), with.get("value"))) {
                return i;
            }
        }
        throw new JinjaException("list.index: " + Repr.of(with.get("value"), values.work()) + " is not in the list");
    }

    /** The pairs of a dict, each a tuple of key and value. @throws JinjaException where the value is none */
    List<Object> items(Object value) {
        if (!(value instanceof Dict dict)) {
            throw new JinjaException("a " + Values.type(value) + " has no items");
        }
        values.work().elements(2.0 * dict.size());
        return new ArrayList<>(dict.items());
    }
}
