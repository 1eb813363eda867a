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
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.catrl.text.Excerpt;

/** The keys and values of a YAML file, each remembering where it was written. */
final class YamlTree {
    /** The form 1e-4: a number in YAML 1.2 and to everyone who writes it, a text to this parser of YAML 1.1. */
    private static final Pattern EXPONENT = Pattern.compile("[-+]?\\d+[eE][-+]?\\d+");

    private static final Pattern TWICE = Pattern.compile("Duplicate field '(.*)'");
    private static final long MOST_BYTES = 1 << 20;

    private final String source;
    private final Path folder;
    private final ObjectNode root;
    private final Map<String, String> places = new HashMap<>();
    private final Set<String> assigned = new HashSet<>();

    private YamlTree(String source, Path folder, JsonParser parser) throws IOException {
        this.source = source;
        this.folder = folder;
        JsonToken first = parser.nextToken();
        if (first == null || first == JsonToken.VALUE_NULL) {
            root = JsonNodeFactory.instance.objectNode();
        } else if (first == JsonToken.START_OBJECT) {
            root = object(parser, "");
        } else {
            throw new RecipeException(source + ": a recipe is a list of \"key: value\", found "
                    + Excerpt.of(parser.getText()));
        }
        if (parser.nextToken() != null) {
            throw new RecipeException(line(parser) + ": a recipe is one document; here a second one begins");
        }
    }

    /**
     * The tree of a file.
     *
     * @throws RecipeException when the file is missing, is no YAML, or gives a key twice
     */
    static YamlTree of(Path file) {
        try {
            return parse(file.toString(), file.toAbsolutePath().getParent(), text(file));
        } catch (CharacterCodingException e) {
            throw new RecipeException(file + ": the recipe cannot be read: it is not UTF-8", e);
        } catch (IOException e) {
            throw new RecipeException(file + ": the recipe cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * The tree of a text that a program has written; its paths are absolute.
     *
     * @param source where it stands, for messages
     */
    static YamlTree of(String source, String text) {
        try {
            return parse(source, Path.of("").toAbsolutePath(), text);
        } catch (IOException e) {
            throw new RecipeException(source + ": the recipe cannot be read: " + e.getMessage(), e);
        }
    }

    /** The text of a file that is one, and no larger than anybody writes. */
    private static String text(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new RecipeException(file + (Files.isDirectory(file) ? ": is a folder; name the recipe in it"
                    : Files.exists(file) ? ": is no regular file; a recipe is a YAML file"
                    : ": there is no such recipe"));
        }
        if (Files.size(file) > MOST_BYTES) {
            throw new RecipeException(file + ": has " + Files.size(file) + " bytes; a recipe has at most "
                    + MOST_BYTES);
        }
        return Files.readString(file);
    }

    private static YamlTree parse(String source, Path folder, String text) throws IOException {
        YAMLFactory factory = new YAMLFactory();
        factory.enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
        try (JsonParser parser = factory.createParser(text)) {
            return new YamlTree(source, folder, parser);
        } catch (JsonProcessingException e) {
            String line = e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr();
            throw new RecipeException(source + line + ": " + reason(e.getOriginalMessage()), e);
        }
    }

    /** What the parser says, in one line and without its picture of the place. */
    private static String reason(String message) {
        Matcher twice = TWICE.matcher(message);
        if (twice.matches()) {
            return twice.group(1) + " is given twice";
        } else if (message.startsWith("Document nesting depth")) {
            return "not YAML: it is nested too deeply";
        } else if (message.startsWith("Expected a field name")) {
            return "not YAML: a key must be a name";
        }
        return "not YAML: " + message.lines().filter(line -> !line.startsWith(" ")).collect(Collectors.joining(", "));
    }

    ObjectNode root() {
        return root;
    }

    /**
     * The path of a key in a section.
     *
     * @param section empty at the top
     */
    static String join(String section, String key) {
        return section.isEmpty() ? key : key.isEmpty() ? section : section + "." + key;
    }

    private static String parent(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('.')));
    }

    /**
     * The place "FILE, line 7" for a key path as in {@code grpo.epsilon}; where there is no such key, that of the
     * section it is of.
     */
    String place(String path) {
        String known = path;
        while (!known.isEmpty() && !places.containsKey(known)) {
            known = parent(known);
        }
        return known.isEmpty() ? source : places.get(known);
    }

    /** The place as {@link #place} tells it, without what was assigned there: "--set roles.judge.base_url". */
    String placeWithoutValue(String path) {
        String place = place(path);
        return place.startsWith("--set ") ? place.substring(0, place.indexOf('=')) : place;
    }

    /**
     * The folder where a relative path starts that is the value of a key: the working folder if it was assigned to that
     * very key.
     */
    Path folder(String path) {
        return assigned.contains(path) ? Path.of("").toAbsolutePath() : folder;
    }

    /**
     * Sets one value as the command line does: {@code grpo.epsilon=0.1}, the value in YAML; {@code rewards.0} is in a
     * list.
     */
    void override(String assignment) {
        int equals = assignment.indexOf('=');
        if (equals < 1) {
            throw new RecipeException("--set " + assignment + ": write key.path=value");
        }
        String path = assignment.substring(0, equals).strip();
        JsonNode value = value(assignment.substring(equals + 1), assignment);
        String key = path.substring(path.lastIndexOf('.') + 1);
        JsonNode section = section(parent(path), assignment);
        if (section instanceof ArrayNode list) {
            list.set(index(list, key, assignment), value);
        } else {
            ((ObjectNode) section).set(key, value);
        }
        places.keySet().removeIf(inside -> inside.startsWith(path + "."));
        assigned.removeIf(inside -> inside.startsWith(path + "."));
        places.put(path, "--set " + assignment);
        assigned.add(path);
    }

    /** The section or list at a path; sections that are not there are made. */
    private JsonNode section(String path, String assignment) {
        if (path.isEmpty()) {
            return root;
        }
        String key = path.substring(path.lastIndexOf('.') + 1);
        JsonNode outer = section(parent(path), assignment);
        JsonNode inner = outer instanceof ArrayNode list ? list.get(index(list, key, assignment)) : outer.get(key);
        if ((inner == null || inner.isNull()) && outer instanceof ObjectNode parent) {
            inner = parent.putObject(key);
            places.put(path, "--set " + assignment);
        } else if (!inner.isContainerNode()) {
            throw new RecipeException("--set " + assignment + ": " + path + " is " + inner + " and has no keys");
        }
        return inner;
    }

    private static int index(ArrayNode list, String key, String assignment) {
        if (!key.matches("\\d{1,9}") || Integer.parseInt(key) >= list.size()) {
            throw new RecipeException("--set " + assignment + ": \"" + key + "\" is no element of a list of "
                    + list.size() + "; the first is 0");
        }
        return Integer.parseInt(key);
    }

    static JsonNode value(String yaml, String assignment) {
        try {
            return parse("--set " + assignment, null, "value: " + yaml).root.get("value");
        } catch (IOException e) {
            throw new RecipeException("--set " + assignment + ": " + e, e);
        }
    }

    private String line(JsonParser parser) {
        return source + ", line " + parser.currentTokenLocation().getLineNr();
    }

    private ObjectNode object(JsonParser parser, String path) throws IOException {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            String inside = join(path, key);
            places.put(inside, line(parser));
            parser.nextToken();
            node.set(key, node(parser, inside));
        }
        return node;
    }

    private ArrayNode array(JsonParser parser, String path) throws IOException {
        ArrayNode node = JsonNodeFactory.instance.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            String element = join(path, Integer.toString(node.size()));
            places.put(element, line(parser));
            node.add(node(parser, element));
        }
        return node;
    }

    private JsonNode node(JsonParser parser, String path) throws IOException {
        JsonNodeFactory make = JsonNodeFactory.instance;
        if (((YAMLParser) parser).isCurrentAlias()) {
            throw new RecipeException(line(parser) + ": *" + parser.getText() + " is an alias, which recipes do not "
                    + "have; write the value out, or put a text into quotes");
        }
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser, path);
            case START_ARRAY -> array(parser, path);
            case VALUE_TRUE, VALUE_FALSE -> make.booleanNode(parser.getBooleanValue());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser);
            case VALUE_NULL -> NullNode.instance;
            default -> EXPONENT.matcher(parser.getText()).matches() ? real(Double.parseDouble(parser.getText()), parser)
                    : make.textNode(parser.getText());
        };
    }

    /** A number; one that Java's cannot hold stays the text that it is, for the message about it. */
    private static JsonNode number(JsonParser parser) throws IOException {
        try {
            return parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT ? real(parser.getDoubleValue(), parser)
                    : integer(parser.getBigIntegerValue());
        } catch (JsonProcessingException e) {
            return JsonNodeFactory.instance.textNode(parser.getText());
        }
    }

    private static JsonNode integer(BigInteger value) {
        return value.bitLength() < Long.SIZE ? JsonNodeFactory.instance.numberNode(value.longValue())
                : JsonNodeFactory.instance.numberNode(value);
    }

    private static JsonNode real(double value, JsonParser parser) throws IOException {
        return Double.isFinite(value) ? JsonNodeFactory.instance.numberNode(value)
                : JsonNodeFactory.instance.textNode(parser.getText());
    }
}
