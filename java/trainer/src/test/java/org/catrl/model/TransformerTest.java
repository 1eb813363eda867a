package org.catrl.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.compute.reference.ReferenceBackend;
import org.catrl.compute.reference.ReferenceBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TransformerTest {
    private static final int[] PROMPTS = {1, 5, 17, 3, 9};
    private static final int[] COMPLETIONS = {1, 14, 4, 33, 2};

    private final List<int[]> prompts = new ArrayList<>();
    private final List<int[]> completions = new ArrayList<>();

    TransformerTest() {
        Random random = new Random(3);
        for (int s = 0; s < PROMPTS.length; s++) {
            prompts.add(Batches.ids(random, PROMPTS[s], 37));
            completions.add(Batches.ids(random, COMPLETIONS[s], 37));
        }
    }

    static Stream<Arguments> models() {
        return TestBackends.names().flatMap(backend -> Stream.of(Arguments.of(backend, Family.QWEN3, true),
                Arguments.of(backend, Family.QWEN2, false), Arguments.of(backend, Family.LLAMA, true),
                Arguments.of(backend, Family.GEMMA3, true)));
    }

    /** Large enough weights that nothing is nearly linear or uniform, and norms and biases of their own. */
    private static Weights weights(Backend backend, Family family, boolean tied) {
        Weights weights = Weights.random(backend, Models.tiny(family, tied), 11, "weights");
        float[] values = weights.flat().floats();
        Random random = new Random(4);
        for (Layout.Tensor tensor : weights.layout().tensors()) {
            for (long i = tensor.offset(); i < tensor.offset() + tensor.length(); i++) {
                values[(int) i] = (float) (values[(int) i] * 5 + 0.1 * random.nextGaussian());
            }
        }
        weights.flat().put(values);
        weights.changed();
        return weights;
    }

    /** The score against its definition: the distribution token by token, from the log-probability of every id. */
    @ParameterizedTest
    @MethodSource("models")
    void selfCertaintyIsTheDivergenceOfTheUniformDistribution(String name, Family family, boolean tied) {
        try (Backend backend = TestBackends.open(name); Weights weights = weights(backend, family, tied);
                Transformer transformer = new Transformer(weights, TransformerSettings.DEFAULT)) {
            double temperature = 0.7;
            List<int[]> each = new ArrayList<>();
            for (int id = 0; id < 37; id++) {
                each.add(new int[] {id});
            }
            float[] logProbs = new float[37];
            PackedBatch everyId = PackedBatch.of(Collections.nCopies(37, prompts.get(2)), each);
            transformer.logProbs(everyId, temperature, logProbs, null);
            double divergence = -Math.log(37);
            for (float logProb : logProbs) {
                divergence -= logProb / 37;
            }
            float[] certainty = new float[COMPLETIONS[1] + COMPLETIONS[2]];
            PackedBatch asked = PackedBatch.of(prompts.subList(1, 3), completions.subList(1, 3));
            transformer.selfCertainty(asked, temperature, certainty);
            assertEquals(divergence, certainty[COMPLETIONS[1]], 1e-4 * Math.max(1, divergence));
            assertTrue(divergence > 0.01, divergence + " tells nothing apart");
        }
    }

    /** Beginnings in common of less than a cache block, of some, of everything; and a window that ends within. */
    @ParameterizedTest
    @MethodSource("models")
    void sharedBeginningsChangeNoBitOfAScore(String name, Family family, boolean tied) {
        int[] text = Batches.ids(new Random(5), 60, 37);
        List<int[]> asked = new ArrayList<>();
        List<int[]> said = new ArrayList<>();
        for (int common : new int[] {60, 60, 59, 47, 33, 32, 31, 5, 40}) {
            int[] prompt = text.clone();
            Arrays.fill(prompt, common, 60, 7);
            asked.add(common == 31 ? Arrays.copyOf(prompt, 20) : prompt);
            said.add(common == 47 ? new int[] {3, 1, 2} : new int[] {common % 37});
        }
        try (Backend backend = TestBackends.open(name); Weights weights = weights(backend, family, tied);
                Transformer transformer = new Transformer(weights, TransformerSettings.DEFAULT)) {
            PackedBatch alone = PackedBatch.of(asked, said);
            PackedBatch shared = PackedBatch.sharing(asked, said);
            float[] expected = new float[alone.completionTokens()];
            float[] found = new float[expected.length];
            transformer.logProbs(alone, 1, expected, null);
            transformer.logProbs(shared, 1, found, null);
            assertArrayEquals(expected, found);
            int rows = PackedBatch.fed(asked.get(0), said.get(0)).length;
            for (int i = 1; i < asked.size(); i++) {
                rows += PackedBatch.addedRows(PackedBatch.fed(asked.get(i - 1), said.get(i - 1)),
                        PackedBatch.fed(asked.get(i), said.get(i)));
            }
            assertEquals(rows, shared.tokens());
            assertTrue(rows < 0.7 * alone.tokens(), rows + " rows of " + alone.tokens());
        }
    }

    private float[] gradients(Weights weights, TransformerSettings settings, int... splits) {
        try (Transformer transformer = new Transformer(weights, settings); Gradients sums = new Gradients(weights)) {
            sums.zero();
            int from = 0;
            for (int end : splits) {
                int first = from;
                PackedBatch part = PackedBatch.of(prompts.subList(from, end), completions.subList(from, end));
                transformer.accumulate(part, 0.7, sums,
                        (dlogp, logp, entropy, n) -> dlogp.put(slopes(first, n)));
                from = end;
            }
            sums.finish();
            return sums.flat().floats();
        }
    }

    /** A fixed derivative for every completion token of the whole batch, from that of sequence {@code first} on. */
    private static float[] slopes(int first, int n) {
        int skipped = Arrays.stream(COMPLETIONS).limit(first).sum();
        float[] slopes = new float[n];
        for (int i = 0; i < n; i++) {
            slopes[i] = (float) Math.sin(skipped + i + 1);
        }
        return slopes;
    }

    @ParameterizedTest
    @MethodSource("models")
    void neitherSplitNorRecomputationNorChunksChangeABitOfTheGradient(String name, Family family, boolean tied) {
        try (Backend backend = TestBackends.open(name); Weights weights = weights(backend, family, tied)) {
            /* on CUDA each product adds its whole sum over rows to the gradient */
            float apart = backend.name().equals("cuda") ? 1e-3f : 0;
            float[] whole = gradients(weights, TransformerSettings.DEFAULT, 5);
            assertArrayEquals(whole, gradients(weights, TransformerSettings.DEFAULT, 1, 3, 4, 5), apart);
            assertArrayEquals(whole, gradients(weights, new TransformerSettings(true, 64L << 20), 2, 5), apart);
            assertArrayEquals(whole, gradients(weights, new TransformerSettings(false, 7 * 4 * 37), 5), apart);
            assertArrayEquals(whole, gradients(weights, new TransformerSettings(true, 1), 4, 5), apart);
        }
    }

    @ParameterizedTest
    @CsvSource({"QWEN3, true", "QWEN2, false", "LLAMA, true", "GEMMA3, true"})
    void theGradientIsThatOfTheLossByDifferences(Family family, boolean tied) {
        try (Backend backend = new ReferenceBackend(); Weights weights = weights(backend, family, tied)) {
            float[] gradient = gradients(weights, TransformerSettings.DEFAULT, 2);
            Random random = new Random(8);
            for (Layout.Tensor tensor : weights.layout().tensors()) {
                for (int probe = 0; probe < 3; probe++) {
                    int i = (int) (tensor.offset() + random.nextInt((int) tensor.length()));
                    assertEquals(difference(weights, i), gradient[i], 1e-5 + 1e-4 * Math.abs(gradient[i]),
                            tensor.name());
                }
            }
        }
    }

    private double difference(Weights weights, int i) {
        ReferenceBuffer flat = (ReferenceBuffer) weights.flat();
        double value = flat.get(i);
        double step = 1e-6;
        double up = loss(weights, flat, i, value + step);
        double down = loss(weights, flat, i, value - step);
        loss(weights, flat, i, value);
        return (up - down) / (2 * step);
    }

    private double loss(Weights weights, ReferenceBuffer flat, int i, double value) {
        flat.set(i, value);
        weights.changed();
        double[] loss = new double[1];
        try (Transformer transformer = new Transformer(weights, TransformerSettings.DEFAULT);
                Gradients ignored = new Gradients(weights)) {
            transformer.accumulate(PackedBatch.of(prompts.subList(0, 2), completions.subList(0, 2)), 0.7, ignored,
                    (dlogp, logp, entropy, n) -> loss[0] = dot(slopes(0, n), logp));
        }
        return loss[0];
    }

    private static double dot(float[] slopes, Buffer logp) {
        double sum = 0;
        for (int i = 0; i < slopes.length; i++) {
            sum += slopes[i] * ((ReferenceBuffer) logp).get(i);
        }
        return sum;
    }

    @ParameterizedTest
    @MethodSource("models")
    void aCompletionDrawnTokenByTokenHasTheLogProbsThatTrainingComputes(String name, Family family, boolean tied) {
        try (Backend backend = TestBackends.open(name); Weights weights = weights(backend, family, tied)) {
            for (double temperature : new double[] {1, 0.7}) {
                int[] completion = new int[30];
                float[] drawn = sampled(weights, temperature, completion);
                List<int[]> allPrompts = List.of(prompts.get(1), prompts.get(2), prompts.get(3));
                List<int[]> all = List.of(completions.get(1), completion, completions.get(3));
                float[] trained = new float[14 + 30 + 33];
                try (Transformer transformer = new Transformer(weights, TransformerSettings.DEFAULT)) {
                    transformer.logProbs(PackedBatch.of(allPrompts, all), temperature, trained, null);
                }
                assertArrayEquals(drawn, Arrays.copyOfRange(trained, 14, 44));
            }
        }
    }

    /** Draws a continuation of the third prompt: its first part in one pass with another sequence, the rest singly. */
    private float[] sampled(Weights weights, double temperature, int[] into) {
        int[] prompt = prompts.get(2);
        float[] logProbs = new float[into.length];
        int[] id = new int[1];
        float[] logp = new float[1];
        try (Decoder decoder = new Decoder(weights, 64, 8)) {
            RowBatch both = Batches.whole(List.of(prompt, prompts.get(4)), prompt.length - 1);
            decoder.run(hot(both, temperature, 0), id, logp);
            int[] table = {both.table().blocks()[0], both.table().blocks()[1], 5, 6};
            for (int i = 0; i < into.length; i++) {
                into[i] = id[0];
                logProbs[i] = logp[0];
                RowBatch next = Batches.step(id[0], prompt.length + i, 4);
                System.arraycopy(table, 0, next.table().blocks(), 0, 4);
                decoder.run(hot(next, temperature, i + 1), id, logp);
            }
        }
        return logProbs;
    }

    private static RowBatch hot(RowBatch batch, double temperature, int draw) {
        return new RowBatch(batch.ids(), batch.positions(), batch.sequenceOf(), batch.table(), batch.drawRow(),
                Batches.settings(temperature, batch.draws()), new int[] {draw, 1, 2, 3}, 99, null);
    }

    @ParameterizedTest
    @MethodSource("models")
    void theOrderOfTheSequencesChangesNoLogProb(String name, Family family, boolean tied) {
        try (Backend backend = TestBackends.open(name); Weights weights = weights(backend, family, tied);
                Transformer transformer = new Transformer(weights, new TransformerSettings(false, 5 * 4 * 37))) {
            float[] forward = new float[54];
            float[] entropy = new float[54];
            transformer.logProbs(PackedBatch.of(prompts, completions), 1, forward, entropy);
            Collections.reverse(prompts);
            Collections.reverse(completions);
            float[] backward = new float[54];
            transformer.logProbs(PackedBatch.of(prompts, completions), 1, backward, null);
            assertArrayEquals(Arrays.copyOfRange(forward, 19, 52), Arrays.copyOfRange(backward, 2, 35));
            for (float value : entropy) {
                assertTrue(value > 0 && value < Math.log(37), "entropy " + value);
            }
        }
    }

    @Test
    void memoryStopsGrowingAtTheLargestBatchAndAllOfItIsGivenBack() {
        ReferenceBackend backend = new ReferenceBackend();
        try (Weights weights = weights(backend, Family.QWEN3, true);
                Transformer transformer = new Transformer(weights, TransformerSettings.DEFAULT);
                Gradients sums = new Gradients(weights)) {
            List<Map<String, Long>> held = new ArrayList<>();
            for (int step = 0; step < 3; step++) {
                for (int count = 5; count > 2; count--) {
                    PackedBatch packed = PackedBatch.of(prompts.subList(0, count), completions.subList(0, count));
                    transformer.logProbs(packed, 1, new float[packed.completionTokens()], null);
                    transformer.accumulate(packed, 1, sums, (dlogp, logp, entropy, n) -> { });
                    held.add(backend.ledger().byOwner());
                }
            }
            assertEquals(1, held.stream().distinct().count(), held.toString());
        }
        assertEquals(Map.of(), backend.ledger().byOwner());
    }

    @Test
    void namesASequenceThatIsTooLongAndATemperatureOfZero() {
        try (Backend backend = new ReferenceBackend(); Weights weights = weights(backend, Family.LLAMA, true);
                Transformer transformer = new Transformer(weights, TransformerSettings.DEFAULT)) {
            PackedBatch packed = PackedBatch.of(List.of(new int[60]), List.of(new int[6]));
            assertTrue(assertThrows(IllegalArgumentException.class,
                    () -> transformer.logProbs(packed, 1, new float[6], null)).getMessage().contains("65 tokens"));
            PackedBatch fits = PackedBatch.of(List.of(new int[60]), List.of(new int[5]));
            assertTrue(assertThrows(IllegalArgumentException.class,
                    () -> transformer.logProbs(fits, 0, new float[5], null)).getMessage().contains("temperature is 0"));
        }
        assertThrows(IllegalArgumentException.class, () -> PackedBatch.of(List.of(new int[3]), List.of(new int[0])));
        assertThrows(IllegalArgumentException.class, () -> PackedBatch.of(List.of(), List.of()));
    }
}
