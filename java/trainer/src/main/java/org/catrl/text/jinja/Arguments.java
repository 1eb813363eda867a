package org.catrl.text.jinja;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a filter, a test, a method or a function was called with.
 *
 * @param callee what was called, for messages
 * @param byName the arguments by their parameters' names
 * @param others the positional arguments behind those
 */
record Arguments(String callee, Map<String, Object> byName, List<Object> others) {
    /** Whether the argument was given. */
    boolean has(String name) {
        return byName.containsKey(name);
    }

    /** The argument, or {@code otherwise} where it was not given. */
    Object get(String name, Object otherwise) {
        return byName.getOrDefault(name, otherwise);
    }

    /** The argument, or None where it was not given. */
    Object get(String name) {
        return byName.get(name);
    }

    /** Whether the argument was given and is true. */
    boolean flag(String name) {
        return Values.truth(byName.get(name));
    }

    /** The argument as a str. @throws JinjaException where it is none */
    String text(String name) {
        return text(name, null);
    }

    /** The argument as a str, or {@code otherwise} where it was not given. @throws JinjaException where it is none */
    String text(String name, String otherwise) {
        Object value = get(name, otherwise);
        if (!(value instanceof String text)) {
            throw new JinjaException(callee + " needs a str for " + name + ", not a " + Values.type(value));
        }
        return text;
    }

    /** The argument as an int, or {@code otherwise} where it was not given. @throws JinjaException where it is none */
    long integer(String name, long otherwise) {
        Object value = get(name, otherwise);
        if (!(value instanceof Long || value instanceof Boolean)) {
            throw new JinjaException(callee + " needs an int for " + name + ", not a " + Values.type(value));
        }
        return Numbers.number(value).longValue();
    }

    /** The arguments that are not of these parameters. */
    Map<String, Object> named(List<String> parameters) {
        Map<String, Object> rest = new HashMap<>(byName);
        rest.keySet().removeAll(parameters);
        return rest;
    }
}
