package org.catrl.run;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/** Evaluations as JSON, and read again to the bit: what a run that is gone on with does not ask a second time. */
final class MeasuredJson {
    private static final Map<String, Class<? extends Measured>> KINDS = Map.of("answers", Measured.ByAnswers.class,
            "rubrics", Measured.ByRubrics.class);

    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .addModule(new SimpleModule().addSerializer(OptionalDouble.class, new WriteOptional())
                    .addDeserializer(OptionalDouble.class, new ReadOptional()))
            .build();

    private MeasuredJson() { }

    /** Evaluations by their names, in order. */
    static JsonNode write(Map<String, Measured> measured) {
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        measured.forEach((name, found) -> all.putObject(name).set(kind(found), JSON.valueToTree(found)));
        return all;
    }

    /**
     * The evaluations that were written.
     *
     * @throws IOException when they are not of this form
     */
    static Map<String, Measured> read(JsonNode all) throws IOException {
        Map<String, Measured> measured = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> named : all.properties()) {
            for (Map.Entry<String, JsonNode> found : named.getValue().properties()) {
                measured.put(named.getKey(), one(found.getKey(), found.getValue()));
            }
        }
        return measured;
    }

    private static Measured one(String kind, JsonNode found) throws IOException {
        if (!KINDS.containsKey(kind)) {
            throw new IOException("an evaluation by \"" + kind + "\" is not known; it must be by answers or rubrics");
        }
        return JSON.treeToValue(found, KINDS.get(kind));
    }

    private static String kind(Measured found) {
        return KINDS.entrySet().stream().filter(kind -> kind.getValue().isInstance(found)).findFirst().orElseThrow()
                .getKey();
    }

    /** A figure that may be missing, as a number or null. */
    private static final class WriteOptional extends JsonSerializer<OptionalDouble> {
        @Override
        public void serialize(OptionalDouble value, JsonGenerator json, SerializerProvider all) throws IOException {
            if (value.isPresent()) {
                json.writeNumber(value.getAsDouble());
            } else {
                json.writeNull();
            }
        }
    }

    /** The same read. */
    private static final class ReadOptional extends JsonDeserializer<OptionalDouble> {
        @Override
        public OptionalDouble deserialize(JsonParser json, DeserializationContext context) throws IOException {
            return OptionalDouble.of(json.getDoubleValue());
        }

        @Override
        public OptionalDouble getNullValue(DeserializationContext context) {
            return OptionalDouble.empty();
        }

        @Override
        public Object getAbsentValue(DeserializationContext context) {
            return OptionalDouble.empty();
        }
    }
}
