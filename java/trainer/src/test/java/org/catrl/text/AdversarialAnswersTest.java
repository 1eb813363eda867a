package org.catrl.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.catrl.text.algebra.AlgebraicComparison;
import org.catrl.text.algebra.AlgebraicComparison.Percent;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Pairs of answers that are easily judged wrong. A false positive teaches what is wrong, so there is none. */
@Tag("hostile")
class AdversarialAnswersTest {
    /** 5% is 5, and then not 0.05 as well: which of them is a setting. */
    private static final int MOST_FALSE_NEGATIVES = 1;

    /** Our own pairs: a false positive or a false negative is a fault in any of them. */
    @Test
    void neighbours() throws IOException {
        List<JsonNode> pairs = resource("algebra/neighbours.jsonl");
        assertTrue(pairs.size() >= 150 && pairs.stream().filter(pair -> !pair.get("equivalent").asBoolean()).count()
                >= pairs.size() / 2, "150 pairs, half of them different");
        assertEquals(List.of(), wrong(pairs, true));
        assertEquals(List.of(), wrong(pairs, false));
    }

    @Test
    void givenPairs() throws IOException {
        List<JsonNode> pairs = OutsideCases.lines("math_equivalence/adversarial.given.jsonl");
        List<String> missed = wrong(pairs, false);
        System.out.println(pairs.size() + " adversarial pairs, false negatives: " + missed);
        assertEquals(List.of(), wrong(pairs, true));
        assertTrue(missed.size() <= MOST_FALSE_NEGATIVES, missed::toString);
    }

    /** The pairs that are judged the same and are not, or the other way round; in both orders. */
    private static List<String> wrong(List<JsonNode> pairs, boolean positive) {
        AlgebraicComparison algebra = new AlgebraicComparison(Percent.UNIT, Duration.ofSeconds(20));
        List<String> wrong = new ArrayList<>();
        for (JsonNode pair : pairs) {
            String gold = pair.get("gold").asText();
            String prediction = pair.get("prediction").asText();
            boolean forwards = algebra.equivalent(gold, prediction);
            boolean backwards = algebra.equivalent(prediction, gold);
            if (pair.get("equivalent").asBoolean() != positive && (forwards == positive || backwards == positive)) {
                wrong.add(gold + " | " + prediction);
            }
        }
        return wrong;
    }

    private static List<JsonNode> resource(String name) throws IOException {
        ObjectMapper json = new ObjectMapper();
        List<JsonNode> rows = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                AdversarialAnswersTest.class.getResourceAsStream(name), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                rows.add(json.readTree(line));
            }
        }
        return rows;
    }
}
