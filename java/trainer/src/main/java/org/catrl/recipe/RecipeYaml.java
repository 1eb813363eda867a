package org.catrl.recipe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.List;

/**
 * Settings records as YAML text, in the spelling that {@link RecipeFile} reads.
 *
 * <pre>{@code
 * String yaml = RecipeYaml.write(Recipes.train(file, List.of())); // every default spelled out
 * }</pre>
 */
public final class RecipeYaml {
    private static final ObjectMapper YAML = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .build();

    private RecipeYaml() { }

    /**
     * The text of a record, every default spelled out.
     *
     * @param settings a record of settings, possibly nested
     */
    public static String write(Record settings) {
        try {
            return YAML.writeValueAsString(section(settings));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("settings cannot be written: " + e.getOriginalMessage(), e);
        }
    }

    /** The same as a tree of keys. */
    static ObjectNode tree(Record settings) {
        return section(settings);
    }

    private static ObjectNode section(Object settings) {
        ObjectNode section = JsonNodeFactory.instance.objectNode();
        if (KindTable.sealed(settings.getClass()).isPresent()) {
            section.put(KindTable.ofRecord(settings).tag(), KindTable.name(settings.getClass()));
        }
        for (RecordComponent component : settings.getClass().getRecordComponents()) {
            Object value = RecordShape.value(component, settings);
            if (RecordShape.isInline(component)) {
                section.setAll(section(value));
            } else {
                section.set(RecordShape.key(component), node(value));
            }
        }
        return section;
    }

    private static JsonNode node(Object value) {
        if (value instanceof Record settings) {
            return section(settings);
        } else if (value instanceof List<?> list) {
            ArrayNode nodes = JsonNodeFactory.instance.arrayNode();
            list.forEach(element -> nodes.add(node(element)));
            return nodes;
        } else if (value instanceof Enum<?> constant) {
            return JsonNodeFactory.instance.textNode(Spelling.of(constant));
        } else if (value instanceof Path path) {
            return JsonNodeFactory.instance.textNode(path.toString());
        }
        return YAML.valueToTree(value);
    }
}
