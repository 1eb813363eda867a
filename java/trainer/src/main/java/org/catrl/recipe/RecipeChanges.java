package org.catrl.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.catrl.text.Excerpt;

/**
 * The settings in which two recipes of one kind differ, by their keys as a recipe writes them: {@code grpo.epsilon}.
 *
 * <pre>{@code
 * RecipeChanges.between(Recipes.train(file, List.of()), Recipes.train(file, List.of("max_steps=200")))
 *         .keys(); // [max_steps]
 * }</pre>
 */
public final class RecipeChanges {
    private static final JsonNode ABSENT = JsonNodeFactory.instance.nullNode();
    /** The keys whose values may hold a secret. */
    private static final Pattern SECRET = Pattern.compile("(prompt_secret|base_url|api_key_env)$");
    /** The characters of a value that a message shows. */
    private static final int SHOWN = 60;

    private final Map<String, JsonNode> before;
    private final Map<String, JsonNode> now;

    private RecipeChanges(Map<String, JsonNode> before, Map<String, JsonNode> now) {
        this.before = before;
        this.now = now;
    }

    /** The changes that lead from one recipe to another. */
    public static RecipeChanges between(Recipe before, Recipe now) {
        return new RecipeChanges(flat(before), flat(now));
    }

    private static Map<String, JsonNode> flat(Recipe recipe) {
        Map<String, JsonNode> leaves = new TreeMap<>();
        collect("", RecipeYaml.tree((Record) recipe), leaves);
        return leaves;
    }

    private static void collect(String path, JsonNode node, Map<String, JsonNode> leaves) {
        if (node.isObject()) {
            node.fields().forEachRemaining(field -> collect(YamlTree.join(path, field.getKey()), field.getValue(),
                    leaves));
        } else {
            leaves.put(path, node);
        }
    }

    /** The keys whose values differ, in the order of the alphabet. */
    public List<String> keys() {
        Set<String> all = new LinkedHashSet<>(before.keySet());
        all.addAll(now.keySet());
        return all.stream().filter(key -> !before(key).equals(now(key))).sorted().toList();
    }

    private JsonNode before(String key) {
        return before.getOrDefault(key, ABSENT);
    }

    private JsonNode now(String key) {
        return now.getOrDefault(key, ABSENT);
    }

    /**
     * A check that nothing has changed but what may.
     *
     * @param run  the place of the run, for the message
     * @param free whether a key may change
     * @throws RecipeException naming the first key that may not, with both values
     */
    public void requireOnly(String run, Predicate<String> free) {
        keys().stream().filter(key -> !free.test(key)).findFirst().ifPresent(key -> {
            throw new RecipeException(run + ": " + key + told(key) + "; what the run has learned so far depends on "
                    + "it: start a new run for that, in another --out");
        });
    }

    private String told(String key) {
        return SECRET.matcher(key).find() ? " is another than the run began with"
                : " is " + shown(now(key)) + ", and the run began with " + shown(before(key));
    }

    private static String shown(JsonNode value) {
        return value.isNull() ? "none" : Excerpt.of(value.isTextual() ? value.asText() : value.toString(), SHOWN);
    }
}
