package org.catrl.recipe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.catrl.setting.Kinds;
import org.catrl.setting.Spelled;

/** The kinds of a sealed type of settings: its records by the names that they have in a recipe. */
final class KindTable {
    private final Kinds kinds;
    private final Map<String, Class<?>> records = new LinkedHashMap<>();

    private KindTable(Class<?> sealed) {
        this.kinds = sealed.getAnnotation(Kinds.class);
        for (Class<?> kind : sealed.getPermittedSubclasses()) {
            records.put(name(kind), kind);
        }
    }

    static boolean isKinds(Class<?> type) {
        return type.isAnnotationPresent(Kinds.class);
    }

    static KindTable of(Class<?> sealed) {
        return new KindTable(sealed);
    }

    /** The table of the type that a record is a kind of. */
    static KindTable ofRecord(Object record) {
        return of(sealed(record.getClass()).orElseThrow());
    }

    /** The sealed type that a record is a kind of; empty where it is a record like others. */
    static Optional<Class<?>> sealed(Class<?> record) {
        for (Class<?> type : record.getInterfaces()) {
            if (isKinds(type)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    static String name(Class<?> kind) {
        Spelled spelled = kind.getAnnotation(Spelled.class);
        return spelled == null ? Spelling.ofName(kind.getSimpleName()) : spelled.value();
    }

    /** The key that names the kind. */
    String tag() {
        return kinds.key();
    }

    Collection<String> names() {
        return records.keySet();
    }

    Optional<Class<?>> record(String name) {
        return Optional.ofNullable(records.get(name));
    }

    /** The only kind that has all keys that are given, where it may be left out. */
    Optional<Class<?>> implied(ObjectNode given) {
        List<Class<?>> able = records.values().stream().filter(kind -> given.properties().stream()
                .allMatch(entry -> entry.getValue().isNull() || RecordShape.keys(kind).containsKey(entry.getKey())))
                .toList();
        return kinds.followsFromKeys() && able.size() == 1 ? Optional.of(able.get(0)) : Optional.empty();
    }

    /** The names of the kinds that have a key. */
    List<String> having(String key) {
        return records.entrySet().stream().filter(kind -> RecordShape.keys(kind.getValue()).containsKey(key))
                .map(Map.Entry::getKey).toList();
    }

    /** The keys of all kinds. */
    Map<String, RecordComponent> keys() {
        Map<String, RecordComponent> all = new LinkedHashMap<>();
        records.values().forEach(kind -> RecordShape.keys(kind).forEach(all::putIfAbsent));
        return all;
    }
}
