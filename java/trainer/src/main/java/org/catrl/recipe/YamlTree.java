package org.catrl.recipe;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The keys and values of a YAML file, each remembering where it was written. */
public final class YamlTree {
    /** 1e-4: a number in YAML 1.2 and to everyone who writes it, a text to this parser of YAML 1.1. */
    private static final Pattern EXPONENT = Pattern.compile("[-+]?\\d+[eE][-+]?\\d+");

    private final String source;
    private final ObjectNode root;
    private final Map<String, String> places = new HashMap<>();

    private YamlTree(String source, JsonParser parser) throws IOException {
        this.source = source;
        JsonToken first = parser.nextToken();
        if (first == null || first == JsonToken.VALUE_NULL) {
            root = JsonNodeFactory.instance.objectNode();
        } else if (first == JsonToken.START_OBJECT) {
            root = object(parser, "");
        } else {
            throw new RecipeException(source + ": a recipe is a list of \"key: value\", found " + parser.getText());
        }
    }

    /** @throws RecipeException when the file is missing, is no YAML, or gives a key twice */
    static YamlTree of(Path file) {
        try {
            return parse(file.toString(), Files.readString(file));
        } catch (NoSuchFileException e) {
            throw new RecipeException(file + ": there is no such recipe", e);
        } catch (IOException e) {
            throw new RecipeException(file + ": the recipe cannot be read: " + e, e);
        }
    }

    private static YamlTree parse(String source, String text) throws IOException {
        YAMLFactory factory = new YAMLFactory();
        factory.enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
        try (JsonParser parser = factory.createParser(text)) {
            return new YamlTree(source, parser);
        } catch (JsonProcessingException e) {
            String line = e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr();
            throw new RecipeException(source + line + ": not YAML: " + e.getOriginalMessage(), e);
        }
    }

    ObjectNode root() {
        return root;
    }

    /**
     * "FILE, line 7" for a key path as in {@code grpo.epsilon}; where there is no such key, that of the one key of
     * this name further in, or the nearest parent's.
     */
    String place(String path) {
        String at = path;
        while (!at.isEmpty() && !places.containsKey(at)) {
            String name = at.substring(at.lastIndexOf('.') + 1);
            String parent = at.substring(0, Math.max(0, at.lastIndexOf('.')));
            List<String> further = places.keySet().stream()
                    .filter(key -> key.startsWith(parent) && key.endsWith("." + name)).toList();
            at = further.size() == 1 ? further.get(0) : parent;
        }
        return at.isEmpty() ? source : places.get(at);
    }

    /** Sets one value as the command line does: {@code grpo.epsilon=0.1}, the value in YAML. */
    void override(String assignment) {
        int equals = assignment.indexOf('=');
        if (equals < 1) {
            throw new RecipeException("--set " + assignment + ": write key.path=value");
        }
        String path = assignment.substring(0, equals).strip();
        ObjectNode parent = parent(path, assignment);
        parent.set(path.substring(path.lastIndexOf('.') + 1), value(assignment.substring(equals + 1), assignment));
        places.keySet().removeIf(inside -> inside.startsWith(path + "."));
        places.put(path, "--set " + assignment);
    }

    private ObjectNode parent(String path, String assignment) {
        ObjectNode node = root;
        String[] keys = path.split("\\.");
        for (int depth = 0; depth < keys.length - 1; depth++) {
            JsonNode child = node.get(keys[depth]);
            if (child == null || child.isNull()) {
                child = node.putObject(keys[depth]);
                places.put(String.join(".", Arrays.copyOf(keys, depth + 1)), "--set " + assignment);
            } else if (!child.isObject()) {
                throw new RecipeException("--set " + assignment + ": " + keys[depth] + " is " + child
                        + " and has no keys");
            }
            node = (ObjectNode) child;
        }
        return node;
    }

    private static JsonNode value(String yaml, String assignment) {
        try {
            return parse("--set " + assignment, "value: " + yaml).root.get("value");
        } catch (IOException e) {
            throw new RecipeException("--set " + assignment + ": " + e, e);
        }
    }

    private ObjectNode object(JsonParser parser, String path) throws IOException {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            String at = path.isEmpty() ? key : path + "." + key;
            places.put(at, source + ", line " + parser.currentTokenLocation().getLineNr());
            parser.nextToken();
            node.set(key, node(parser, at));
        }
        return node;
    }

    private ArrayNode array(JsonParser parser, String path) throws IOException {
        ArrayNode node = JsonNodeFactory.instance.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            String at = path + "." + node.size();
            places.put(at, source + ", line " + parser.currentTokenLocation().getLineNr());
            node.add(node(parser, at));
        }
        return node;
    }

    private JsonNode node(JsonParser parser, String path) throws IOException {
        JsonNodeFactory make = JsonNodeFactory.instance;
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser, path);
            case START_ARRAY -> array(parser, path);
            case VALUE_TRUE, VALUE_FALSE -> make.booleanNode(parser.getBooleanValue());
            case VALUE_NUMBER_INT -> make.numberNode(parser.getLongValue());
            case VALUE_NUMBER_FLOAT -> make.numberNode(parser.getDoubleValue());
            case VALUE_NULL -> NullNode.instance;
            default -> EXPONENT.matcher(parser.getText()).matches()
                    ? make.numberNode(Double.parseDouble(parser.getText())) : make.textNode(parser.getText());
        };
    }
}
