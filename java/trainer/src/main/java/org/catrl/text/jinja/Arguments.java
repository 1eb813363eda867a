package org.catrl.text.jinja;

import java.util.List;
import java.util.Map;

/** What a filter, a test or a method was called with. */
record Arguments(String of, List<Object> inOrder, Map<String, Object> named) {
    /** By place or by name, else {@code otherwise}. */
    Object get(int place, String name, Object otherwise) {
        return place < inOrder.size() ? inOrder.get(place) : named.getOrDefault(name, otherwise);
    }

    Object need(int place, String name) {
        if (place >= inOrder.size() && !named.containsKey(name)) {
            throw new JinjaException(of + " needs " + name);
        }
        return get(place, name, null);
    }

    String text(int place, String name) {
        Object value = need(place, name);
        if (!(value instanceof String text)) {
            throw new JinjaException(of + " needs a str for " + name + ", not a " + Values.type(value));
        }
        return text;
    }

    long integer(int place, String name, long otherwise) {
        Object value = get(place, name, otherwise);
        if (!(value instanceof Long number)) {
            throw new JinjaException(of + " needs an int for " + name + ", not a " + Values.type(value));
        }
        return number;
    }

    /** Without the first of those in order. */
    Arguments rest() {
        return new Arguments(of, inOrder.subList(1, inOrder.size()), named);
    }
}
