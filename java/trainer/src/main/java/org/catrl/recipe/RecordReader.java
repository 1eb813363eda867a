package org.catrl.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.catrl.setting.Default;
import org.catrl.setting.SettingException;

/**
 * A reader makes settings records of a recipe's tree. What the tree leaves out keeps its default; every error names its
 * place.
 */
final class RecordReader {
    private final YamlTree tree;
    private final ValueReader values;

    RecordReader(YamlTree tree) {
        this.tree = tree;
        this.values = new ValueReader(tree);
    }

    /**
     * The whole tree as a record.
     *
     * @param defaults what holds where the tree is silent
     */
    <T> T read(T defaults) {
        @SuppressWarnings("unchecked")
        T settings = (T) record(defaults.getClass(), tree.root(), defaults, "");
        return settings;
    }

    /** The value of one key at the top; empty where it is not given. */
    <T> Optional<T> read(String key, Class<T> type) {
        JsonNode given = tree.root().get(key);
        return given == null || given.isNull() ? Optional.empty()
                : Optional.of(type.cast(value(type, given, null, key)));
    }

    /**
     * A record of a section.
     *
     * @param defaults a record of the type, or null where each key has a default of its own or none
     */
    private Object record(Class<?> type, ObjectNode given, Object defaults, String path) {
        RecordComponent[] components = type.getRecordComponents();
        Object[] read = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            Object otherwise = defaults == null ? null : RecordShape.value(components[i], defaults);
            read[i] = RecordShape.isInline(components[i])
                    ? record(components[i].getType(), given, otherwise, path)
                    : component(components[i], given.get(RecordShape.key(components[i])), otherwise,
                            YamlTree.join(path, RecordShape.key(components[i])));
        }
        try {
            return RecordShape.construct(type, read);
        } catch (InvocationTargetException e) {
            throw refused(e.getCause(), path);
        }
    }

    private Object component(RecordComponent component, JsonNode given, Object otherwise, String path) {
        if (given == null || given.isNull() && isNothing(component, otherwise)) {
            return otherwise != null ? values.placed(otherwise) : unset(component, path);
        }
        if (given.isNull()) {
            throw error(path, path + " is missing; give it a value, or leave the key out");
        }
        return value(component.getGenericType(), given, otherwise, path);
    }

    /**
     * Whether a key without a value says no more than no key: a section without keys, say, or what is absent anyway.
     */
    private static boolean isNothing(RecordComponent component, Object otherwise) {
        Class<?> type = component.getType();
        return type.isRecord() || KindTable.isKinds(type) || component.isAnnotationPresent(Default.class)
                || otherwise == null && !type.isPrimitive();
    }

    /** The value of a key that nobody gave: its own default, or null; a number or a truth must be given. */
    private Object unset(RecordComponent component, String path) {
        Default fallback = component.getAnnotation(Default.class);
        if (fallback != null) {
            return values.scalar(component.getType(), YamlTree.value(fallback.value(), path), path);
        }
        if (component.getType().isPrimitive()) {
            throw error(path, path + " is missing");
        }
        return null;
    }

    private Object value(Type type, JsonNode given, Object otherwise, String path) {
        if (type instanceof ParameterizedType many) {
            return many.getRawType() == List.class ? list(many.getActualTypeArguments()[0], given, path)
                    : values.map(given, path);
        }
        Class<?> single = (Class<?>) type;
        if (KindTable.isKinds(single)) {
            return kind(KindTable.of(single), section(given, path), otherwise, path);
        }
        return single.isRecord() ? record(single, section(given, path), otherwise, path)
                : values.scalar(single, given, path);
    }

    private List<Object> list(Type element, JsonNode given, String path) {
        if (!given.isArray()) {
            throw error(path, path + " is " + ValueReader.text(given) + "; it must be a list, [...]");
        }
        List<Object> list = new ArrayList<>();
        for (int i = 0; i < given.size(); i++) {
            list.add(value(element, given.get(i), null, YamlTree.join(path, Integer.toString(i))));
        }
        return list;
    }

    private ObjectNode section(JsonNode given, String path) {
        if (given instanceof ObjectNode section) {
            return section;
        }
        throw error(path, path + " is " + ValueReader.text(given)
                + "; it must be a section of keys, {key: value, ...}");
    }

    private Object kind(KindTable kinds, ObjectNode given, Object otherwise, String path) {
        Class<?> kind = chosen(kinds, given, otherwise, path);
        given.properties().forEach(entry -> {
            if (!entry.getKey().equals(kinds.tag()) && !entry.getValue().isNull()) {
                requireOwn(kinds, kind, entry.getKey(), entry.getValue(), path);
            }
        });
        return record(kind, given, kind.isInstance(otherwise) ? otherwise : null, path);
    }

    private Class<?> chosen(KindTable kinds, ObjectNode given, Object otherwise, String path) {
        JsonNode tag = given.get(kinds.tag());
        String tagPath = YamlTree.join(path, kinds.tag());
        if (tag != null && !tag.isNull()) {
            return kinds.record(ValueReader.name(tag)).orElseThrow(() -> error(tagPath, tagPath + " is "
                    + ValueReader.quoted(tag) + "; it must be one of " + String.join(", ", kinds.names())));
        }
        if (otherwise != null) {
            return otherwise.getClass();
        }
        return kinds.implied(given).orElseThrow(() -> error(tagPath, "in " + path + ": " + kinds.tag()
                + " is missing; it must be one of " + String.join(", ", kinds.names())));
    }

    /** A key of another kind, even with a value that would be its default there, is a misunderstanding. */
    private void requireOwn(KindTable kinds, Class<?> kind, String key, JsonNode value, String path) {
        if (!RecordShape.keys(kind).containsKey(key)) {
            String having = String.join(", ", kinds.having(key));
            throw error(YamlTree.join(path, key), "in " + path + ": " + key + " is " + ValueReader.text(value)
                    + "; it goes with " + kinds.tag() + ": " + having + ", not with " + kinds.tag() + ": "
                    + KindTable.name(kind));
        }
    }

    private RuntimeException refused(Throwable cause, String path) {
        if (cause instanceof Error error) {
            throw error;
        }
        if (!(cause instanceof IllegalArgumentException)) {
            throw new IllegalStateException("settings in " + path + " cannot be made", cause);
        }
        String place = cause instanceof SettingException setting ? YamlTree.join(path, setting.key()) : path;
        boolean hiding = cause instanceof SettingException setting && setting.isHiding();
        return new RecipeException((hiding ? tree.placeWithoutValue(place) : tree.place(place)) + ": "
                + (path.isEmpty() ? "" : "in " + path + ": ") + cause.getMessage(), cause);
    }

    private RecipeException error(String path, String message) {
        return new RecipeException(tree.place(path) + ": " + message);
    }
}
