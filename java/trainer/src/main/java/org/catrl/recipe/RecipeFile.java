package org.catrl.recipe;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Reads a recipe: a YAML file whose keys are the components of a settings record in snake case. What the file leaves
 * out keeps the default; what no record knows is an error. Assignments from the command line come last.
 */
public final class RecipeFile {
    private static final ObjectMapper MAPPER = RecipeYaml.configure(JsonMapper.builder()
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .withCoercionConfig(LogicalType.Textual, config -> config
                    .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .build());

    private RecipeFile() { }

    /**
     * @param defaults    the value of every key that the file does not give
     * @param assignments {@code key.path=value}, as after {@code --set}
     * @throws RecipeException naming file, line and key
     */
    public static <T> T read(Path file, T defaults, List<String> assignments) {
        YamlTree tree = YamlTree.of(file);
        assignments.forEach(tree::override);
        KnownKeys.check(tree, defaults.getClass());
        JsonNode merged = merge(MAPPER.valueToTree(defaults), tree.root());
        try {
            @SuppressWarnings("unchecked")
            Class<T> type = (Class<T>) defaults.getClass();
            return MAPPER.treeToValue(merged, type);
        } catch (JsonMappingException e) {
            throw explained(e, tree);
        } catch (JsonProcessingException e) {
            throw new RecipeException(file + ": " + e.getOriginalMessage(), e);
        }
    }

    /** Objects are merged key by key; lists and single values replace the default. */
    private static JsonNode merge(JsonNode defaults, JsonNode given) {
        if (!defaults.isObject() || !given.isObject()) {
            return given;
        }
        ObjectNode merged = defaults.deepCopy();
        given.properties().forEach(entry -> {
            JsonNode known = merged.get(entry.getKey());
            merged.set(entry.getKey(), known == null ? entry.getValue() : merge(known, entry.getValue()));
        });
        return merged;
    }

    private static String path(JsonMappingException error) {
        return error.getPath().stream()
                .map(step -> step.getFieldName() == null ? Integer.toString(step.getIndex()) : step.getFieldName())
                .collect(Collectors.joining("."));
    }

    private static RecipeException explained(JsonMappingException error, YamlTree tree) {
        String path = path(error);
        Throwable cause = error.getCause();
        if (cause != null && !(cause instanceof JacksonException)) {
            // settings records begin their messages with the name of the bad component
            String key = String.valueOf(cause.getMessage()).split("[^a-z0-9_]", 2)[0];
            return new RecipeException(tree.place(path.isEmpty() ? key : path + "." + key) + ": " + (path.isEmpty() ? "" : "in " + path + ": ")
                    + cause.getMessage(), error);
        }
        return new RecipeException(tree.place(path) + ": " + explain(error, path), error);
    }

    private static String explain(JsonMappingException error, String path) {
        if (error instanceof InvalidFormatException format && format.getTargetType().isEnum()) {
            return path + " is \"" + format.getValue() + "\"; it must be one of "
                    + Arrays.stream(format.getTargetType().getEnumConstants())
                    .map(constant -> ((Enum<?>) constant).name().toLowerCase()).collect(Collectors.joining(", "));
        }
        if (error.getOriginalMessage().startsWith("Cannot map `null`")) {
            return path + " is missing";
        }
        return path + ": " + error.getOriginalMessage().split("\n")[0];
    }
}
