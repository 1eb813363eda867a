package org.catrl.text.jinja;

/** What {@code namespace(...)} makes: attributes that a block within may set for those without. */
final class Namespace {
    private final Dict names;

    /** The namespace that begins with these names. */
    Namespace(Dict names) {
        this.names = names;
    }

    /** The names and what they stand for. */
    Dict names() {
        return names;
    }

    /** The value of a name, or Undefined. */
    Object get(String name) {
        return names.has(name) ? names.get(name, null) : new Undefined(name);
    }

    /** Sets a name. */
    void set(String name, Object value) {
        names.put(name, name, value);
    }
}
