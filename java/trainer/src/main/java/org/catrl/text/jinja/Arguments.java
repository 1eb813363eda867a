package org.catrl.text.jinja;

import java.util.List;
import java.util.Map;

/**
 * What a filter, a test or a method was called with.
 *
 * @param callee  what was called, for messages
 * @param inOrder the positional arguments
 * @param named   the others
 */
record Arguments(String callee, List<Object> inOrder, Map<String, Object> named) {
    /** The argument in this place or of this name, or {@code otherwise} where neither was given. */
    Object get(int place, String name, Object otherwise) {
        return place < inOrder.size() ? inOrder.get(place) : named.getOrDefault(name, otherwise);
    }

    /** The argument in this place or of this name. @throws JinjaException where neither was given */
    Object need(int place, String name) {
        if (place >= inOrder.size() && !named.containsKey(name)) {
            throw new JinjaException(callee + " needs " + name);
        }
        return get(place, name, null);
    }

    /** The argument as a str. @throws JinjaException where it is none, or was not given */
    String text(int place, String name) {
        Object value = need(place, name);
        if (!(value instanceof String text)) {
            throw new JinjaException(callee + " needs a str for " + name + ", not a " + Values.type(value));
        }
        return text;
    }

    /** The argument as an int, or {@code otherwise}. @throws JinjaException where it is none */
    long integer(int place, String name, long otherwise) {
        Object value = get(place, name, otherwise);
        if (!(value instanceof Long number)) {
            throw new JinjaException(callee + " needs an int for " + name + ", not a " + Values.type(value));
        }
        return number;
    }

    /** These arguments without the first of those in order. */
    Arguments rest() {
        return new Arguments(callee, inOrder.subList(1, inOrder.size()), named);
    }
}
