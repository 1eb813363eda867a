package org.catrl.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.LinkedHashMap;
import java.util.Map;

/** JSON as it stands in a run's record: names in snake case, numbers that are not finite as null. */
final class RecordJson {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private RecordJson() { }

    /** A value in one line. */
    static String line(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("it cannot be written as JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** A value in lines that people read. */
    static String indented(Object value) {
        try {
            return MAPPER.writer(SerializationFeature.INDENT_OUTPUT).writeValueAsString(value) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("it cannot be written as JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** Metrics as a JSON object. */
    static String metrics(Map<String, ? extends Number> metrics) {
        Map<String, Object> finite = new LinkedHashMap<>();
        metrics.forEach((name, value) -> finite.put(name, Double.isFinite(value.doubleValue()) ? value : null));
        return line(finite);
    }

    /** Metrics of a JSON object; null becomes NaN. */
    static Map<String, Double> metrics(String json) throws JsonProcessingException {
        Map<String, Double> metrics = MAPPER.readValue(json, new TypeReference<LinkedHashMap<String, Double>>() { });
        metrics.replaceAll((name, value) -> value == null ? Double.valueOf(Double.NaN) : value);
        return metrics;
    }

    /** A value of a type; null of null. */
    static <T> T read(String json, TypeReference<T> type) throws JsonProcessingException {
        return json == null ? null : MAPPER.readValue(json, type);
    }
}
