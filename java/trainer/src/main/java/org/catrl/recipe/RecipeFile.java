package org.catrl.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A recipe's file, parsed once: YAML whose keys are the components of a settings record in snake case. What the file
 * leaves out keeps its default; what no record knows is an error. Assignments from the command line come last.
 *
 * <pre>{@code
 * record Settings(String name, int steps) { }
 *
 * Settings settings = RecipeFile.parse(file, List.of("steps=7")).read(new Settings("mine", 100));
 * }</pre>
 */
public final class RecipeFile {
    private final Path file;
    private final YamlTree tree;
    private final RecordReader reader;

    private RecipeFile(Path file, YamlTree tree) {
        this.file = file;
        this.tree = tree;
        this.reader = new RecordReader(tree);
    }

    /**
     * Parses a file.
     *
     * @param assignments {@code key.path=value}, as after {@code --set}; a path so given starts from the working
     *                    folder, one in the file or in a section from the file's folder
     * @throws RecipeException when the file is not there or no YAML, or an assignment none
     */
    public static RecipeFile parse(Path file, List<String> assignments) {
        YamlTree tree = YamlTree.of(file);
        assignments.forEach(tree::override);
        return new RecipeFile(file, tree);
    }

    /** A text that a program has written, parsed. @param source where it stands, for messages */
    static RecipeFile of(String source, String text) {
        return new RecipeFile(Path.of(source), YamlTree.of(source, text));
    }

    /**
     * The whole file as a record.
     *
     * @param defaults the value of every key that the file does not give
     * @throws RecipeException naming file, line and key
     */
    public <T extends Record> T read(T defaults) {
        requireKnownKeys(defaults.getClass());
        return reader.read(defaults);
    }

    /**
     * The value of one key at the top; empty where it is not given.
     *
     * @throws RecipeException naming file, line and key
     */
    <T> Optional<T> read(String key, Class<T> type) {
        return reader.read(key, type);
    }

    /**
     * A check that every key of the file is one of the recipe's.
     *
     * @throws RecipeException naming file, line and key, and what was most likely meant
     */
    void requireKnownKeys(Class<? extends Record> recipe) {
        KeyCheck.check(tree, recipe);
    }

    /** Whether the file gives a key, at the top, of this part. */
    boolean hasKeyOf(Class<? extends Record> part) {
        return RecordShape.keys(part).keySet().stream().anyMatch(tree.root()::has);
    }

    /** Takes away a key of a section that says no more than its default. */
    RecipeFile without(String section, String key, String meaningless) {
        JsonNode keys = tree.root().path(section);
        if (keys instanceof ObjectNode object && keys.path(key).asText().equals(meaningless)) {
            object.remove(key);
        }
        return this;
    }

    /** An error of the file as a whole. */
    RecipeException wrong(String message) {
        return new RecipeException(file + ": " + message);
    }
}
