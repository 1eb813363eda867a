package org.catrl.text.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Python's dict, in the order of its keys. Every key is looked up by what {@link Values#key} makes of it, so that 1,
 * 1.0 and True are one key; a str is its own.
 */
final class Dict {
    /**
     * A key as it was first given, with its value.
     *
     * @param key   the key
     * @param value what it stands for
     */
    record Entry(Object key, Object value) { }

    private final Map<Object, Entry> entries = new LinkedHashMap<>();

    /** The dict of these names. */
    static Dict of(Map<String, Object> names) {
        Dict dict = new Dict();
        names.forEach((name, value) -> dict.put(name, name, value));
        return dict;
    }

    /** Puts a value; a key that is there already stays as it was written first. */
    void put(Object lookup, Object key, Object value) {
        entries.merge(lookup, new Entry(key, value), (old, given) -> new Entry(old.key(), given.value()));
    }

    /** Whether the key is there. */
    boolean has(Object lookup) {
        return entries.containsKey(lookup);
    }

    /** The key's value, or {@code otherwise}. */
    Object get(Object lookup, Object otherwise) {
        Entry entry = entries.get(lookup);
        return entry == null ? otherwise : entry.value();
    }

    /** The number of keys. */
    int size() {
        return entries.size();
    }

    /** The lookups and their entries, in order. */
    Map<Object, Entry> entries() {
        return entries;
    }

    /** The keys, in order. */
    List<Object> keys() {
        List<Object> keys = new ArrayList<>(size());
        entries.values().forEach(entry -> keys.add(entry.key()));
        return keys;
    }

    /** The values, in order. */
    List<Object> values() {
        List<Object> values = new ArrayList<>(size());
        entries.values().forEach(entry -> values.add(entry.value()));
        return values;
    }

    /** The pairs of key and value, in order. */
    List<Object> items() {
        List<Object> items = new ArrayList<>(size());
        entries.values().forEach(entry -> items.add(Tuple.of(entry.key(), entry.value())));
        return items;
    }
}
