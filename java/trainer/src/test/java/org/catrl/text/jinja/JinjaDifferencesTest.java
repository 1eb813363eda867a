package org.catrl.text.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Templates with what Jinja2 3.1.6 makes of them as transformers sets it up (immutable sandbox, trimmed blocks, loop
 * controls, its own tojson). The first row holds the variables; in the others {@code text} is Jinja's text, and
 * {@code refused} says that we refuse the template, as Jinja does where there is no text.
 */
class JinjaDifferencesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_REFUSED_BY_US_ALONE = 11;

    private static List<JsonNode> rows() throws IOException {
        List<JsonNode> rows = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                JinjaDifferencesTest.class.getResourceAsStream("differences.jsonl"), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                rows.add(JSON.readTree(line));
            }
        }
        return rows;
    }

    @Test
    void everyTemplateIsRenderedOrRefusedAsJinjaDoes() throws IOException {
        List<JsonNode> rows = rows();
        Map<String, Object> variables = JSON.convertValue(rows.get(0).get("variables"), new TypeReference<>() { });
        for (JsonNode row : rows.subList(1, rows.size())) {
            String template = row.get("template").asText();
            if (row.has("refused")) {
                assertThrows(JinjaException.class, () -> render(template, variables), template);
            } else {
                assertEquals(row.get("text").asText(), render(template, variables), template);
            }
        }
        assertTrue(rows.size() > 1500, rows.size() + " rows");
    }

    private static String render(String template, Map<String, Object> variables) {
        return Template.parse(template).render(variables, Clock.systemUTC());
    }

    /** What Jinja can and we cannot is refused aloud, and does not grow. */
    @Test
    void littleIsRefusedByUsAlone() throws IOException {
        assertEquals(MOST_REFUSED_BY_US_ALONE,
                rows().stream().filter(row -> row.has("refused") && row.has("text")).count());
    }
}
