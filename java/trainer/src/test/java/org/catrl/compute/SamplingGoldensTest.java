package org.catrl.compute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.catrl.compute.check.Arena;
import org.catrl.compute.reference.Philox;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Draws against the distributions that Hugging Face generate() makes of the same logits: every draw is the inverse of
 * the golden cumulative distribution at its Philox uniform, but for uniforms on the border between two ids.
 */
class SamplingGoldensTest {
    private static final int DRAWS = 500;
    private static final double BORDER = 1e-5;

    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void drawsFollowTheGoldenDistributions(String name) throws IOException {
        try (InputStream file = getClass().getResourceAsStream("/sampling/sampling_distributions.json");
             Backend backend = Backends.open(name, 2).backend()) {
            JsonNode cases = new ObjectMapper().readTree(file).get("cases");
            for (JsonNode golden : cases) {
                check(backend, golden);
            }
            assertTrue(cases.size() >= 40);
        }
    }

    private static void check(Backend backend, JsonNode golden) {
        Arena arena = new Arena(backend, 1);
        double[] logits = numbers(golden.get("logits"));
        int vocab = logits.length;
        float[] rows = new float[DRAWS * vocab];
        float[] settings = new float[DRAWS * SampleBatch.SETTINGS];
        int[] previous = golden.get("previous_ids").isNull() ? new int[0]
                : IntStream.of(integers(golden.get("previous_ids"))).distinct().toArray();
        int[] seenFrom = IntStream.rangeClosed(0, DRAWS).map(r -> r * previous.length).toArray();
        int[] seen = IntStream.range(0, DRAWS * previous.length).map(i -> previous[i % previous.length]).toArray();
        for (int r = 0; r < DRAWS; r++) {
            for (int i = 0; i < vocab; i++) {
                rows[r * vocab + i] = (float) logits[i];
            }
            int first = r * SampleBatch.SETTINGS;
            settings[first] = (float) golden.get("temperature").asDouble();
            settings[first + 1] = golden.get("top_k").asInt();
            settings[first + 2] = (float) golden.get("top_p").asDouble();
            settings[first + 3] = (float) golden.get("min_p").asDouble();
            settings[first + 4] = (float) golden.get("repetition_penalty").asDouble();
        }
        int[] counters = new Random(3).ints(4L * DRAWS).toArray();
        Buffer ids = arena.of(new int[DRAWS]);
        Buffer logp = arena.of(new float[DRAWS]);
        backend.sample(ids, logp, arena.of(rows), new SampleBatch(DRAWS, vocab, arena.of(settings),
                arena.of(counters), 9, arena.of(seenFrom), seen.length == 0 ? arena.of(0) : arena.of(seen)));
        compare(golden, ids.ints(), counters);
    }

    private static void compare(JsonNode golden, int[] ids, int[] counters) {
        double[] probabilities = numbers(golden.get("probs"));
        int compared = 0;
        for (int r = 0; r < DRAWS; r++) {
            double u = Philox.uniform(counters[4 * r], counters[4 * r + 1], counters[4 * r + 2], counters[4 * r + 3],
                    9);
            int expected = inverse(probabilities, u - BORDER);
            if (expected == inverse(probabilities, u + BORDER)) {
                compared++;
                assertEquals(expected, ids[r], golden.get("id").asText() + " at u = " + u);
            }
        }
        assertTrue(compared > DRAWS * 0.9, golden.get("id").asText());
    }

    /** The first kept id at which the cumulative distribution passes u; the last kept one beyond its end. */
    private static int inverse(double[] probabilities, double u) {
        double cumulative = 0;
        int last = -1;
        for (int i = 0; i < probabilities.length; i++) {
            if (probabilities[i] > 0) {
                last = i;
                cumulative += probabilities[i];
                if (cumulative > u) {
                    return i;
                }
            }
        }
        return last;
    }

    private static double[] numbers(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).mapToDouble(JsonNode::asDouble).toArray();
    }

    private static int[] integers(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
    }
}
