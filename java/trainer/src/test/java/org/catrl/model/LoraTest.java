package org.catrl.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;
import org.catrl.compute.reference.ReferenceBackend;
import org.catrl.compute.reference.ReferenceBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LoraTest {
    private static final LoraSettings ALL = LoraSettings.all(3, 5);
    private static final LoraSettings SOME = new LoraSettings(2, 7,
            EnumSet.of(LoraTarget.Q_PROJ, LoraTarget.V_PROJ, LoraTarget.UP_PROJ));
    private static final List<int[]> PROMPTS = List.of(Batches.ids(new Random(3), 5, 37),
            Batches.ids(new Random(4), 17, 37));
    private static final List<int[]> COMPLETIONS = List.of(Batches.ids(new Random(5), 14, 37),
            Batches.ids(new Random(6), 6, 37));

    @TempDir
    private Path folder;

    static Stream<Arguments> models() {
        return TestBackends.names().flatMap(backend -> Stream.of(Family.QWEN2, Family.GEMMA3)
                .flatMap(family -> Stream.of(ALL, SOME).map(lora -> Arguments.of(backend, family, lora))));
    }

    private static Weights base(Backend backend, Family family) {
        Weights weights = Weights.random(backend, Models.tiny(family, true), 11, "weights");
        float[] values = weights.flat().floats();
        for (int i = 0; i < values.length; i++) {
            values[i] *= 3;
        }
        weights.flat().put(values);
        weights.changed();
        return weights;
    }

    /** With a B that is not 0, where it may be. */
    private static LoraAdapter adapter(Weights base, LoraSettings settings) {
        LoraAdapter adapter = LoraAdapter.random(base, settings, 5, "adapter");
        float[] values = adapter.flat().floats();
        float[] mask = adapter.mask("mask").floats();
        Random random = new Random(2);
        for (int i = 0; i < values.length; i++) {
            values[i] += (float) (0.1 * random.nextGaussian()) * mask[i];
        }
        adapter.flat().put(values);
        adapter.changed();
        return adapter;
    }

    private static float[] logProbs(Weights weights) {
        float[] logProbs = new float[20];
        try (Transformer transformer = new Transformer(weights, TransformerSettings.DEFAULT)) {
            transformer.logProbs(PackedBatch.of(PROMPTS, COMPLETIONS), 1, logProbs, null);
        }
        return logProbs;
    }

    @ParameterizedTest
    @MethodSource("models")
    void aNewAdapterChangesNoBit(String name, Family family, LoraSettings lora) {
        try (Backend backend = TestBackends.open(name); Weights base = base(backend, family)) {
            float[] before = logProbs(base);
            for (DType storage : backend.storageTypes()) {
                try (Weights stored = base.copy("stored", storage);
                        LoraAdapter adapter = LoraAdapter.random(stored, lora, 5, "adapter")) {
                    assertArrayEquals(logProbs(stored), logProbs(stored.with(adapter)));
                }
            }
            assertArrayEquals(before, logProbs(base));
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void mergedWeightsComputeTheSame(String name, Family family, LoraSettings lora) {
        try (Backend backend = TestBackends.open(name); Weights base = base(backend, family);
                LoraAdapter adapter = adapter(base, lora)) {
            Weights adapted = base.with(adapter);
            float[] without = logits(base);
            float[] unmerged = logits(adapted);
            try (Weights merged = adapted.merged("merged")) {
                assertArrayEquals(unmerged, logits(merged), 1e-5f);
            }
            assertNotEquals(without[3], unmerged[3], 1e-3f);
            assertArrayEquals(without, logits(base));
        }
    }

    private static float[] logits(Weights weights) {
        int[] ids = PROMPTS.get(1);
        int[] every = new int[ids.length];
        Arrays.setAll(every, i -> i);
        try (Decoder decoder = new Decoder(weights, ids.length, Batches.blocks(ids.length))) {
            return decoder.logits(Batches.whole(List.of(ids)), every);
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void whatIsDrawnHasTheLogProbsThatTrainingComputes(String name, Family family, LoraSettings lora) {
        try (Backend backend = TestBackends.open(name); Weights base = base(backend, family);
                LoraAdapter adapter = adapter(base, lora)) {
            Weights adapted = base.with(adapter);
            int[] drawn = new int[10];
            float[] logp = new float[10];
            try (Decoder decoder = new Decoder(adapted, 32, 2)) {
                RowBatch batch = Batches.whole(List.of(PROMPTS.get(0)), PROMPTS.get(0).length - 1);
                int[] id = new int[1];
                float[] logProb = new float[1];
                for (int i = 0; i < drawn.length; i++) {
                    decoder.run(batch, id, logProb);
                    drawn[i] = id[0];
                    logp[i] = logProb[0];
                    batch = Batches.step(id[0], PROMPTS.get(0).length + i, 1);
                }
            }
            float[] trained = new float[10];
            try (Transformer transformer = new Transformer(adapted, TransformerSettings.DEFAULT)) {
                transformer.logProbs(PackedBatch.of(List.of(PROMPTS.get(0)), List.of(drawn)), 1, trained, null);
            }
            assertArrayEquals(logp, trained);
        }
    }

    @Test
    void theGradientIsThatOfTheLossByDifferences() {
        for (LoraSettings lora : List.of(ALL, SOME)) {
            try (Backend backend = new ReferenceBackend(); Weights base = base(backend, Family.GEMMA3);
                    LoraAdapter adapter = adapter(base, lora)) {
                ReferenceBuffer flat = (ReferenceBuffer) adapter.flat();
                float[] gradient = gradient(base.with(adapter), TransformerSettings.DEFAULT);
                float[] mask = adapter.mask("mask").floats();
                Random random = new Random(8);
                for (int probe = 0; probe < 120; probe++) {
                    int i = random.nextInt(gradient.length);
                    double expected = mask[i] == 0 ? 0 : difference(base.with(adapter), adapter, flat, i);
                    assertEquals(expected, gradient[i], 1e-5 + 1e-4 * Math.abs(gradient[i]), "parameter " + i);
                }
            }
        }
    }

    private static float[] gradient(Weights weights, TransformerSettings settings) {
        try (Transformer transformer = new Transformer(weights, settings); Gradients sums = new Gradients(weights)) {
            sums.zero();
            transformer.accumulate(PackedBatch.of(PROMPTS, COMPLETIONS), 1, sums, (dlogp, logp, entropy, n) ->
                    dlogp.put(slopes(n)));
            sums.finish();
            return sums.flat().floats();
        }
    }

    private static float[] slopes(int n) {
        float[] slopes = new float[n];
        for (int i = 0; i < n; i++) {
            slopes[i] = (float) Math.sin(i + 1);
        }
        return slopes;
    }

    private static double difference(Weights weights, LoraAdapter adapter, ReferenceBuffer flat, int i) {
        double value = flat.get(i);
        double step = 1e-6;
        double up = loss(weights, adapter, flat, i, value + step);
        double down = loss(weights, adapter, flat, i, value - step);
        flat.set(i, value);
        adapter.changed();
        return (up - down) / (2 * step);
    }

    private static double loss(Weights weights, LoraAdapter adapter, ReferenceBuffer flat, int i, double value) {
        flat.set(i, value);
        adapter.changed();
        double[] loss = new double[1];
        try (Transformer transformer = new Transformer(weights, TransformerSettings.DEFAULT);
                Gradients ignored = new Gradients(weights)) {
            transformer.accumulate(PackedBatch.of(PROMPTS, COMPLETIONS), 1, ignored, (dlogp, logp, entropy, n) ->
                    loss[0] = dot(slopes(n), logp));
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
    void trainingChangesTheAdapterAndNothingElse(String name, Family family, LoraSettings lora) {
        try (Backend backend = TestBackends.open(name); Weights base = base(backend, family);
                LoraAdapter adapter = LoraAdapter.random(base, lora, 5, "adapter");
                Transformer transformer = new Transformer(base.with(adapter), new TransformerSettings(true, 64L << 20));
                Gradients sums = new Gradients(base.with(adapter)); AdamW adamw = new AdamW(base.with(adapter))) {
            String before = base.sha256();
            float[] mask = adapter.mask("mask").floats();
            double[] sumOfStep = new double[20];
            for (int i = 0; i < sumOfStep.length; i++) {
                int step = i;
                sums.zero();
                transformer.accumulate(PackedBatch.of(PROMPTS, COMPLETIONS), 1, sums, (dlogp, logp, entropy, n) -> {
                    backend.fill(dlogp, -1.0 / n);
                    sumOfStep[step] = sum(logp.floats());
                });
                sums.finish();
                adamw.step(sums, 0.02, 0.9, 0.99, 1e-8, 0.1, 1);
            }
            double first = sumOfStep[0];
            double last = sumOfStep[sumOfStep.length - 1];
            assertTrue(last > first + 10, first + " -> " + last);
            assertEquals(before, base.sha256());
            float[] learned = adapter.flat().floats();
            for (int i = 0; i < mask.length; i++) {
                assertTrue(mask[i] == 1 || learned[i] == 0, "beside the diagonal, parameter " + i);
            }
        }
    }

    private static double sum(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum;
    }

    @Test
    void theOptimizerHoldsWhatLearnsOnly() {
        try (ReferenceBackend backend = new ReferenceBackend(); Weights base = base(backend, Family.QWEN3);
                LoraAdapter adapter = LoraAdapter.random(base, SOME, 5, "adapter");
                AdamW adamw = new AdamW(base.with(adapter))) {
            Map<String, Long> held = backend.ledger().byOwner();
            assertEquals(2 * held.get("adapter") + Double.BYTES, held.get("optimizer"), "two moments and a sum");
            assertEquals(0, adamw.steps());
            /* q: 2 (12 + 24), v: 2 (12 + 12), up: 2 (12 + 20); 2 layers */
            assertEquals(2 * 2 * (36 + 24 + 32), adapter.parameters());
        }
    }

    @Test
    void anAdapterIsReadAsItWasWrittenUnderPeftsNames() throws IOException {
        try (Backend backend = new ReferenceBackend(); Weights base = base(backend, Family.QWEN3);
                LoraAdapter adapter = adapter(base, SOME)) {
            LoraFiles.save(adapter, Path.of("base"), folder);
            try (SafetensorsFile file = SafetensorsFile.open(folder.resolve("adapter_model.safetensors"))) {
                assertEquals(12, file.tensors().size());
                String q = "base_model.model.model.layers.1.self_attn.q_proj.lora_";
                assertArrayEquals(new long[] {2, 12}, file.tensors().get(q + "A.weight").shape());
                assertArrayEquals(new long[] {24, 2}, file.tensors().get(q + "B.weight").shape());
                assertTrue(file.tensors().containsKey("base_model.model.model.layers.0.mlp.up_proj.lora_A.weight"));
            }
            try (LoraAdapter loaded = LoraFiles.load(base, folder, "loaded")) {
                assertEquals(SOME, loaded.settings());
                assertEquals(adapter.sha256(), loaded.sha256());
            }
        }
    }

    @Test
    void namesWhatIsWrongWithAnAdapter() throws IOException {
        try (ReferenceBackend backend = new ReferenceBackend(); Weights base = base(backend, Family.QWEN3);
                LoraAdapter adapter = adapter(base, SOME)) {
            Set<String> held = new TreeSet<>(backend.ledger().byOwner().keySet());
            LoraFiles.save(adapter, Path.of("base"), folder);
            Path config = folder.resolve("adapter_config.json");
            String good = Files.readString(config);
            assertRefused(base, config, good.replace("\"r\" : 2", "\"r\" : 3"), "ask for \\[3, 12\\]");
            assertRefused(base, config, good.replace("\"use_dora\" : false", "\"use_dora\" : true"),
                    "use_dora is true");
            assertRefused(base, config, good.replace("\"up_proj\"", "\"lm_head\""),
                    "target_modules is .*lm_head.*down_proj");
            assertRefused(base, config, good.replace(", \"up_proj\"", ""), "holds tensor .*up_proj");
            assertRefused(base, config, good.replace("\"v_proj\"", "\"k_proj\""), "lacks tensor .*k_proj");
            assertEquals(held, new TreeSet<>(backend.ledger().byOwner().keySet()));
            assertThrows(ModelFormatException.class, () -> LoraFiles.base(folder));
            assertTrue(LoraFiles.isAdapter(folder));
            base.config().write(folder);
            assertFalse(LoraFiles.isAdapter(folder));
        }
    }

    private void assertRefused(Weights base, Path config, String text, String expected) throws IOException {
        assertNotEquals(Files.readString(config), text);
        String before = Files.readString(config);
        Files.writeString(config, text);
        String message = assertThrows(ModelFormatException.class, () -> LoraFiles.load(base, folder, "loaded"))
                .getMessage();
        assertTrue(message.matches("(?s).*" + expected + ".*"), message);
        Files.writeString(config, before);
    }
}
