package org.catrl.recipe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.catrl.text.Excerpt;

/** Single values of a recipe's tree as Java's. None is bent into another type: 7.5 is no whole number, 5 no text. */
final class ValueReader {
    private static final ObjectMapper PLAIN = new ObjectMapper();

    private final YamlTree tree;

    ValueReader(YamlTree tree) {
        this.tree = tree;
    }

    /**
     * One value.
     *
     * @param type boolean, int, long, double, their boxes, String, Path or an enum
     */
    Object scalar(Class<?> type, JsonNode given, String path) {
        if (type.isEnum()) {
            return constant(type, given, path);
        } else if (type == boolean.class || type == Boolean.class) {
            require(given.isBoolean(), given, path, "true or false");
            return given.booleanValue();
        } else if (type == int.class || type == Integer.class) {
            require(given.isIntegralNumber(), given, path, "a whole number");
            require(given.canConvertToInt(), given, path, "a whole number of at most " + Integer.MAX_VALUE);
            return given.intValue();
        } else if (type == long.class || type == Long.class) {
            require(given.isIntegralNumber(), given, path, "a whole number");
            require(given.canConvertToLong(), given, path, "a whole number of at most " + Long.MAX_VALUE);
            return given.longValue();
        } else if (type == double.class || type == Double.class) {
            require(given.isNumber(), given, path, "a finite number");
            return given.doubleValue();
        }
        require(given.isTextual(), given, path, "a text; put it into quotes");
        return type == Path.class ? path(given, path) : given.textValue();
    }

    private Path path(JsonNode given, String path) {
        try {
            return tree.folder(path).resolve(given.textValue()).normalize();
        } catch (InvalidPathException e) {
            require(false, given, path, "the path of a file or folder: " + e.getReason());
            throw e;
        }
    }

    /** A default as it is; a path that is relative starts from the recipe's folder. */
    Object placed(Object otherwise) {
        return otherwise instanceof Path path ? tree.folder("").resolve(path).normalize() : otherwise;
    }

    /** Any keys with any values. */
    Map<String, Object> map(JsonNode given, String path) {
        require(given.isObject(), given, path, "a section of keys, {key: value, ...}");
        try {
            return PLAIN.treeToValue(given, new TypeReference<Map<String, Object>>() { });
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(path + " cannot be read", e);
        }
    }

    private Object constant(Class<?> type, JsonNode given, String path) {
        String name = given.isBoolean() ? given.booleanValue() ? "on" : "off" : name(given); // YAML reads off as false
        for (Object constant : type.getEnumConstants()) {
            if (Spelling.of((Enum<?>) constant).equals(name)) {
                return constant;
            }
        }
        @SuppressWarnings("unchecked")
        Class<? extends Enum<?>> names = (Class<? extends Enum<?>>) type;
        throw new RecipeException(tree.place(path) + ": " + path + " is " + quoted(given) + "; it must be one of "
                + String.join(", ", Spelling.all(names)));
    }

    private void require(boolean good, JsonNode given, String path, String must) {
        if (!good) {
            throw new RecipeException(tree.place(path) + ": " + path + " is " + text(given) + "; it must be " + must);
        }
    }

    /** A name as it is compared: in any case, with hyphens or underscores. */
    static String name(JsonNode given) {
        return given.asText().toLowerCase(Locale.ROOT).replace('-', '_');
    }

    /** A value as it is told: a text without quotes, unless it is empty, and not without end. */
    static String text(JsonNode given) {
        return Excerpt.of(given.isTextual() && !given.textValue().isBlank() ? given.textValue() : given.toString());
    }

    /** A value as it is told where it should have been a name. */
    static String quoted(JsonNode given) {
        return Excerpt.of(given.toString());
    }
}
