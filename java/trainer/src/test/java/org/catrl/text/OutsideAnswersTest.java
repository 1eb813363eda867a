package org.catrl.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Extraction and normalisation on cases collected from other projects. */
class OutsideAnswersTest {
    private static final BoxedAnswer BOXED = new BoxedAnswer(false, Comparison.NORMALISED);
    private static final PatternAnswer GSM8K = new PatternAnswer("####\\s*(-?[$0-9.,]+)", Comparison.NORMALISED);

    @Test
    void extractionCases() throws IOException {
        int checked = 0;
        for (JsonNode row : OutsideCases.lines("math_equivalence/answer_extraction.jsonl")) {
            String mode = row.get("mode").asText();
            String text = row.get("text").asText();
            Optional<String> expected = Optional.ofNullable(row.get("expected").textValue()).map(String::strip);
            if (mode.contains("boxed") && !mode.startsWith("relaxed")) {
                assertEquals(expected, BOXED.extract(text), text);
                checked++;
            } else if (mode.startsWith("gsm8k")) {
                assertEquals(expected, GSM8K.extract(text).map(GSM8K::canonical), text);
                checked++;
            }
        }
        assertTrue(checked >= 18, () -> "few cases");
    }

    /** Without computer algebra; the floors are what it reached when it was written. */
    @Test
    void equivalenceCases() throws IOException {
        floor("math_equivalence/math_equivalence.given.jsonl", "core", 209);
        floor("math_equivalence/math500_constructed.given.jsonl", null, 473);
    }

    private static void floor(String file, String tier, int wanted) throws IOException {
        List<String> wrong = new ArrayList<>();
        int right = 0;
        for (JsonNode row : OutsideCases.lines(file)) {
            if (tier != null && !row.get("tier").asText().equals(tier)) {
                continue;
            }
            if (equivalent(row.get("gold"), row.get("prediction")) == row.get("expected").asBoolean()) {
                right++;
            } else {
                wrong.add(row.get("gold") + " | " + row.get("prediction") + " " + row.get("expected"));
            }
        }
        int reached = right;
        assertTrue(reached >= wanted, () -> file + ": " + reached + " right, " + wrong);
    }

    private static boolean equivalent(JsonNode gold, JsonNode prediction) {
        return !gold.isNull() && !prediction.isNull() && BOXED.equivalent(answer(gold), answer(prediction));
    }

    private static String answer(JsonNode text) {
        return BOXED.extract(text.asText()).orElse(text.asText());
    }
}
