package org.catrl.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** A comparison of the keys of a recipe with those of its settings records, before any value is looked at. */
final class KeyCheck {
    private static final Pattern SECRET = Pattern.compile("key|token|secret|passw", Pattern.CASE_INSENSITIVE);

    private final YamlTree tree;
    private final Class<?> recipe;

    private KeyCheck(YamlTree tree, Class<?> recipe) {
        this.tree = tree;
        this.recipe = recipe;
    }

    /**
     * A check of every key.
     *
     * @throws RecipeException at the first unknown key, naming its place and the nearest known name
     */
    static void check(YamlTree tree, Class<?> recipe) {
        new KeyCheck(tree, recipe).check(tree.root(), recipe, "");
    }

    private void check(JsonNode node, Type type, String path) {
        if (type instanceof ParameterizedType list && node.isArray()) {
            for (int index = 0; index < node.size(); index++) {
                check(node.get(index), list.getActualTypeArguments()[0], YamlTree.join(path, Integer.toString(index)));
            }
        } else if (type instanceof Class<?> settings && node.isObject() && hasKeys(settings)) {
            checkKeys(node, keys(settings), path);
        }
    }

    /** A single value that was given keys is told so where its value is read. */
    private static boolean hasKeys(Class<?> settings) {
        return settings.isRecord() || KindTable.isKinds(settings);
    }

    private void checkKeys(JsonNode node, Map<String, Type> known, String path) {
        node.properties().forEach(entry -> {
            String inside = YamlTree.join(path, entry.getKey());
            if (!known.containsKey(entry.getKey())) {
                throw new RecipeException(place(entry.getKey(), inside) + ": unknown key \"" + inside + "\""
                        + meant(entry.getKey(), path, known));
            }
            check(entry.getValue(), known.get(entry.getKey()), inside);
        });
    }

    /** The place of an unknown key; where the key may be one for a secret, without its value. */
    private String place(String key, String path) {
        return SECRET.matcher(key).find() ? tree.placeWithoutValue(path) : tree.place(path);
    }

    /** The keys that may stand in a section, of all kinds where it has kinds. */
    private static Map<String, Type> keys(Class<?> section) {
        Map<String, Type> keys = new LinkedHashMap<>();
        if (KindTable.isKinds(section)) {
            KindTable kinds = KindTable.of(section);
            keys.put(kinds.tag(), String.class);
            kinds.keys().forEach((key, component) -> keys.put(key, component.getGenericType()));
        } else {
            for (Map.Entry<String, RecordComponent> key : RecordShape.keys(section).entrySet()) {
                keys.put(key.getKey(), key.getValue().getGenericType());
            }
        }
        return keys;
    }

    private String meant(String key, String path, Map<String, Type> known) {
        Map<String, String> everywhere = new LinkedHashMap<>();
        collect(recipe, "", everywhere);
        if (key.contains(".") && everywhere.containsKey(key)) {
            return "; a dot divides keys after --set alone, here write " + key.replace(".", ": {") + ": ...}";
        }
        known.keySet().forEach(here -> everywhere.put(YamlTree.join(path, here), here));
        return NearestName.of(key, known.keySet(), everywhere).map(names -> "; did you mean " + names + "?")
                .orElseGet(() -> "; known here: " + String.join(", ", new TreeSet<>(known.keySet())));
    }

    /** Every key of a recipe: its path, and the name at the path's end. Elements of lists stand at 0. */
    private static void collect(Type type, String path, Map<String, String> all) {
        if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            collect(list.getActualTypeArguments()[0], YamlTree.join(path, "0"), all);
        } else if (type instanceof Class<?> section && hasKeys(section)) {
            keys(section).forEach((key, inner) -> {
                all.put(YamlTree.join(path, key), key);
                collect(inner, YamlTree.join(path, key), all);
            });
        }
    }
}
