package org.catrl.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.TreeMap;

/** Compares the keys of a recipe with the components of its settings records, before any value is looked at. */
public final class KnownKeys {
    private final YamlTree tree;

    private KnownKeys(YamlTree tree) {
        this.tree = tree;
    }

    /** @throws RecipeException at the first unknown key, naming its place and the nearest known name */
    static void check(YamlTree tree, Class<?> type) {
        new KnownKeys(tree).check(tree.root(), type, "");
    }

    private void check(JsonNode node, Type type, String path) {
        if (type instanceof ParameterizedType list && node.isArray()) {
            for (int index = 0; index < node.size(); index++) {
                check(node.get(index), list.getActualTypeArguments()[0], path + "." + index);
            }
        } else if (type instanceof Class<?> settings && settings.isRecord() && node.isObject()) {
            Map<String, Type> known = components(settings);
            node.properties().forEach(entry -> {
                String at = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
                if (!known.containsKey(entry.getKey())) {
                    throw new RecipeException(tree.place(at) + ": unknown key \"" + at + "\""
                            + meant(entry.getKey(), known));
                }
                check(entry.getValue(), known.get(entry.getKey()), at);
            });
        }
    }

    private static Map<String, Type> components(Class<?> settings) {
        Map<String, Type> known = new TreeMap<>();
        for (RecordComponent component : settings.getRecordComponents()) {
            known.put(SnakeCaseStrategy.INSTANCE.translate(component.getName()), component.getGenericType());
        }
        return known;
    }

    private static String meant(String key, Map<String, Type> known) {
        return NearestName.of(key, known.keySet()).map(name -> "; did you mean \"" + name + "\"?")
                .orElse("; known here: " + String.join(", ", known.keySet()));
    }
}
