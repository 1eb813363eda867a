package org.catrl.recipe;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;

/** Settings records as YAML text, in the spelling that {@link RecipeFile} reads. */
public final class RecipeYaml {
    private static final ObjectMapper MAPPER = configure(YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build());

    private RecipeYaml() { }

    /** @param settings a record of settings, possibly nested */
    public static String write(Object settings) {
        try {
            return MAPPER.writeValueAsString(settings);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("settings cannot be written: " + e.getOriginalMessage(), e);
        }
    }

    /** Enum constants in lower case and paths as they were given, as people write them in a recipe. */
    static ObjectMapper configure(ObjectMapper mapper) {
        SimpleModule module = new SimpleModule("recipe");
        module.addSerializer(new EnumName());
        module.addSerializer(new PathName());
        return mapper.registerModule(module);
    }

    @SuppressWarnings("rawtypes")
    private static final class EnumName extends StdSerializer<Enum> {
        private static final long serialVersionUID = 1;

        EnumName() {
            super(Enum.class);
        }

        @Override
        public void serialize(Enum value, JsonGenerator out, SerializerProvider provider) throws IOException {
            out.writeString(value.name().toLowerCase());
        }
    }

    private static final class PathName extends StdSerializer<Path> {
        private static final long serialVersionUID = 1;

        PathName() {
            super(Path.class);
        }

        @Override
        public void serialize(Path value, JsonGenerator out, SerializerProvider provider) throws IOException {
            out.writeString(value.toString());
        }
    }
}
