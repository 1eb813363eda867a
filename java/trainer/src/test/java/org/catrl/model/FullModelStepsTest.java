package org.catrl.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;
import org.catrl.compute.GrpoParameters;
import org.catrl.compute.PolicyTokens;
import org.catrl.compute.KlEstimator;
import org.catrl.compute.reference.ReferenceBackend;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Three GRPO steps of a whole model, against what torch computed in F32: log-probs, loss, gradients, parameters. */
class FullModelStepsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path OWN = Path.of("src/test/resources/org/catrl/model/tiny-random-qwen3");
    private static final GrpoParameters GRPO = new GrpoParameters(false, false, 0.8, 1.2, Double.POSITIVE_INFINITY,
            0.04, KlEstimator.K3);
    private static final double LOG_PROBS = 1e-4;
    /** AdamW's first steps are +-1 per parameter: where a gradient is nearly 0, rounding decides which. */
    private static final double LOG_PROBS_AFTER = 1e-3;
    private static final double GRADIENTS = 1e-4;
    private static final double PARAMETERS = 2e-5;
    /** Relative; the norm of a small tensor may also be off by what one of its parameters may be. */
    private static final double NORMS = 5e-6;

    @ParameterizedTest
    @MethodSource("org.catrl.model.TestBackends#names")
    void theModelBesideThisTest(String backendName) throws IOException {
        assertSteps(backendName, OWN, OWN.resolve("steps.json"), OWN.resolve("steps.gradients.safetensors"), null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny-random-qwen2.5", "tiny-random-qwen3", "tinystories-656k"})
    void theSharedModels(String model) throws IOException {
        Path steps = SharedData.file("rl_losses/full_model_steps");
        Path after = steps.resolve(model + ".params_after_3_steps.safetensors");
        for (String backendName : TestBackends.names().toList()) {
            assertSteps(backendName, SharedData.file("models/" + model), steps.resolve(model + ".json"),
                    steps.resolve(model + ".grads_step1_before_clip.safetensors"), Files.exists(after) ? after : null);
        }
    }

    private static void assertSteps(String backendName, Path model, Path json, Path gradients, Path after)
            throws IOException {
        JsonNode given = JSON.readTree(json.toFile());
        try (Backend backend = TestBackends.open(backendName);
                Weights weights = Weights.load(backend, model, "weights");
                Transformer transformer = new Transformer(weights, new TransformerSettings(true, 3L * 4 * 128));
                Gradients sums = new Gradients(weights);
                AdamW optimizer = new AdamW(weights, weights.length());
                Case batch = new Case(backend, given)) {
            batch.assertLogProbs(transformer, 1, "initial_logps", LOG_PROBS);
            batch.assertLogProbs(transformer, 0.7, "initial_logps_temperature_0_7", LOG_PROBS);
            batch.assertEntropies(transformer);
            for (int step = 0; step < 3; step++) {
                JsonNode expected = given.get("steps").get(step);
                batch.accumulate(transformer, sums);
                assertEquals(expected.get("loss").doubleValue(), batch.loss(), 1e-5);
                double norm = sums.norm();
                assertEquals(1, norm / expected.get("grad_norm_before_clip").doubleValue(), 1e-4);
                if (step == 0) {
                    assertGradients(weights, sums, gradients);
                }
                optimizer.step(sums, 1e-3, 0.9, beta2(given), 1e-8, 0.01, Math.min(1, 1 / (norm + 1e-6)));
            }
            batch.assertLogProbs(transformer, 1, "logps_after_3_steps", LOG_PROBS_AFTER);
            assertParameters(weights, given.get("param_checks_after_3_steps"), after);
        }
    }

    private static double beta2(JsonNode given) {
        return given.get("config").get("adamw").get("betas").get(1).doubleValue();
    }

    private static void assertGradients(Weights weights, Gradients sums, Path file) throws IOException {
        for (Layout.Tensor tensor : weights.layout().tensors()) {
            float[] expected = tensor(file, tensor.name());
            float[] got = tensor.in(sums.flat()).floats();
            double largest = 0;
            for (float value : expected) {
                largest = Math.max(largest, Math.abs(value));
            }
            for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i], got[i], GRADIENTS * largest, tensor.name() + "[" + i + "]");
            }
        }
    }

    private static void assertParameters(Weights weights, JsonNode checks, Path after) throws IOException {
        for (Map.Entry<String, JsonNode> check : checks.properties()) {
            float[] got = weights.layout().tensor(check.getKey()).in(weights.flat()).floats();
            double squares = 0;
            for (float value : got) {
                squares += (double) value * value;
            }
            double norm = check.getValue().get("norm").doubleValue();
            assertEquals(norm, Math.sqrt(squares), Math.max(NORMS * norm, PARAMETERS), check.getKey());
            for (int i = 0; i < 4; i++) {
                assertEquals(check.getValue().get("first4").get(i).doubleValue(), got[i], PARAMETERS, check.getKey());
            }
            if (after != null) {
                assertMostlyClose(tensor(after, check.getKey()), got, check.getKey());
            }
        }
    }

    /**
     * Where AdamW divides by a second moment near zero, rounding decides the step: allowed for one in a thousand, and
     * for one in a small tensor.
     */
    private static void assertMostlyClose(float[] expected, float[] got, String name) {
        int apart = 0;
        for (int i = 0; i < got.length; i++) {
            apart += Math.abs(expected[i] - got[i]) > PARAMETERS ? 1 : 0;
        }
        assertTrue(apart <= 1 + got.length / 1000, name + ": " + apart + " of " + got.length + " parameters are apart");
    }

    private static float[] tensor(Path file, String name) throws IOException {
        try (SafetensorsFile opened = SafetensorsFile.open(file);
                Buffer into = new ReferenceBackend().allocate(DType.F32, opened.tensors().get(name).elements(), "t")) {
            opened.read(name, into);
            return into.floats();
        }
    }

    /** The padded batch without its padding, and the loss over it. */
    private static final class Case implements AutoCloseable {
        private final Backend backend;
        private final JsonNode given;
        private final PackedBatch packed;
        private final List<Buffer> buffers = new ArrayList<>();
        private final Buffer old;
        private final Buffer reference;
        private final Buffer advantage;
        private final Buffer weight;
        private final Buffer sequenceFrom;
        private final Buffer losses;
        private final Buffer sums;

        Case(Backend backend, JsonNode given) {
            this.backend = backend;
            this.given = given;
            List<int[]> prompts = new ArrayList<>();
            List<int[]> completions = new ArrayList<>();
            for (int s = 0; s < given.get("prompt_ids").size(); s++) {
                prompts.add(ints(unpadded("prompt_ids", "prompt_mask", s)));
                completions.add(ints(unpadded("completion_ids", "completion_mask", s)));
            }
            packed = PackedBatch.of(prompts, completions);
            old = floats(perToken("old_logps"));
            reference = floats(perToken("ref_logps"));
            int[] from = new int[completions.size() + 1];
            for (int s = 0; s < completions.size(); s++) {
                from[s + 1] = from[s] + completions.get(s).length;
            }
            float[] advantages = new float[packed.completionTokens()];
            float[] weights = new float[packed.completionTokens()];
            for (int s = 0; s < from.length - 1; s++) {
                for (int i = from[s]; i < from[s + 1]; i++) {
                    advantages[i] = (float) given.get("advantages").get(s).doubleValue();
                    weights[i] = 1f / ((from.length - 1) * (from[s + 1] - from[s]));
                }
            }
            advantage = floats(advantages);
            weight = floats(weights);
            losses = floats(new float[weights.length]);
            sequenceFrom = held(backend.allocate(DType.I32, from.length, "case")).put(from);
            sums = held(backend.allocate(DType.F64, GrpoParameters.Sum.values().length, "case"));
        }

        private Buffer held(Buffer buffer) {
            buffers.add(buffer);
            return buffer;
        }

        private Buffer floats(float... values) {
            return held(backend.allocate(DType.F32, values.length, "case")).put(values);
        }

        private List<JsonNode> unpadded(String key, String mask, int sequence) {
            List<JsonNode> kept = new ArrayList<>();
            for (int i = 0; i < given.get(mask).get(sequence).size(); i++) {
                if (given.get(mask).get(sequence).get(i).intValue() == 1) {
                    kept.add(given.get(key).get(sequence).get(i));
                }
            }
            return kept;
        }

        private static int[] ints(List<JsonNode> values) {
            return values.stream().mapToInt(JsonNode::intValue).toArray();
        }

        private float[] perToken(String key) {
            float[] all = new float[packed.completionTokens()];
            int n = 0;
            for (int s = 0; s < packed.sequences(); s++) {
                for (JsonNode value : unpadded(key, "completion_mask", s)) {
                    all[n++] = value.floatValue();
                }
            }
            return all;
        }

        void assertLogProbs(Transformer transformer, double temperature, String key, double tolerance) {
            float[] got = new float[packed.completionTokens()];
            transformer.logProbs(packed, temperature, got, null);
            assertClose(perToken(key), got, key, tolerance);
        }

        void assertEntropies(Transformer transformer) {
            float[] got = new float[packed.completionTokens()];
            transformer.logProbs(packed, 1, new float[got.length], got);
            assertClose(perToken("initial_entropies"), got, "initial_entropies", LOG_PROBS);
        }

        private static void assertClose(float[] expected, float[] got, String key, double tolerance) {
            for (int i = 0; i < got.length; i++) {
                assertEquals(expected[i], got[i], tolerance, key + "[" + i + "]");
            }
        }

        void accumulate(Transformer transformer, Gradients into) {
            into.zero();
            backend.fill(sums, 0);
            transformer.accumulate(packed, 1, into, (dlogp, logp, entropy, n) -> backend.grpo(dlogp, losses, sums,
                    new PolicyTokens(n, packed.sequences(), logp, old, reference, advantage, weight, sequenceFrom),
                    GRPO));
            into.finish();
        }

        double loss() {
            return sums.doubles()[GrpoParameters.Sum.LOSS.ordinal()];
        }

        @Override
        public void close() {
            buffers.forEach(Buffer::close);
        }
    }
}
