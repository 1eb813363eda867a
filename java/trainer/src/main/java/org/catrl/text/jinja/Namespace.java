package org.catrl.text.jinja;

import java.util.LinkedHashMap;
import java.util.Map;

/** What {@code namespace(...)} makes: attributes that a block within may set for those without. */
record Namespace(Map<String, Object> names) {
    Namespace {
        names = new LinkedHashMap<>(names);
    }

    Object get(String name) {
        return names.containsKey(name) ? names.get(name) : new Undefined(name);
    }
}
