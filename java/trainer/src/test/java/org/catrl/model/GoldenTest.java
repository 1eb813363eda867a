package org.catrl.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;
import org.catrl.compute.reference.ReferenceBackend;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Against what transformers computed in F32 for the same weights. */
class GoldenTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path OWN = Path.of("src/test/resources/org/catrl/model/tiny-random-qwen3");
    /** The mildest mistake moves logits by 2e-4. */
    private static final double LOGITS = 2e-5;
    /** The one model whose golden logits are themselves further than that, 2.1e-5, from float64's. */
    private static final double LOGITS_OF_QWEN2 = 3e-5;
    private static final double LOG_PROBS = 1e-4;

    @TempDir
    private Path temporary;

    static Stream<Arguments> shared() {
        List<Arguments> cases = new ArrayList<>();
        TestBackends.names().forEach(backend -> {
            for (String model : List.of("tiny-random-llama3", "tiny-random-qwen2.5", "tiny-random-qwen3",
                    "tiny-random-gemma3-text")) {
                cases.add(Arguments.of(backend, model, "config.json"));
                cases.add(Arguments.of(backend, model, "config.transformers-v5.json"));
            }
            for (String model : List.of("tiny-random-qwen3-bf16", "tiny-random-qwen3-f16", "tinystories-656k",
                    "digit-completion-llama")) {
                cases.add(Arguments.of(backend, model, "config.json"));
            }
        });
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("shared")
    void logitsAreThoseOfTransformers(String backendName, String model, String config) throws IOException {
        Path folder = withConfig(SharedData.file("models/" + model), config);
        JsonNode golden = JSON.readTree(folder.resolve("golden.json").toFile());
        try (Backend backend = TestBackends.open(backendName);
                Weights weights = Weights.load(backend, folder, "weights")) {
            assertLogits(weights, golden, folder.resolve("golden_logits.safetensors"));
        }
    }

    @ParameterizedTest
    @MethodSource("org.catrl.model.TestBackends#names")
    void theTextPartOfAMultimodalModel(String backendName) throws IOException {
        Path text = SharedData.file("models/tiny-random-gemma3-text");
        try (Backend backend = TestBackends.open(backendName);
                Weights weights = Weights.load(backend, SharedData.file("models/tiny-random-gemma3-nested"),
                        "weights")) {
            assertEquals(ModelConfig.read(text), weights.config());
            assertLogits(weights, JSON.readTree(text.resolve("golden.json").toFile()),
                    text.resolve("golden_logits.safetensors"));
        }
    }

    private static void assertLogits(Weights weights, JsonNode golden, Path file) throws IOException {
        double tolerance = weights.config().family() == Family.QWEN2 ? LOGITS_OF_QWEN2 : LOGITS;
        for (JsonNode given : golden.get("cases")) {
            int[] ids = JSON.convertValue(given.get("input_ids"), int[].class);
            try (Decoder decoder = new Decoder(weights, ids.length, Batches.blocks(ids.length))) {
                int[] every = new int[ids.length];
                Arrays.setAll(every, i -> i);
                float[] logits = decoder.logits(Batches.whole(List.of(ids)), every);
                assertArrayEquals(tensor(file, given.get("logits_tensor").asText()), logits, (float) tolerance);
            }
        }
    }

    private static float[] tensor(Path file, String name) throws IOException {
        try (SafetensorsFile opened = SafetensorsFile.open(file);
                Buffer into = new ReferenceBackend().allocate(DType.F32, opened.tensors().get(name).elements(), "t")) {
            opened.read(name, into);
            return into.floats();
        }
    }

    @ParameterizedTest
    @MethodSource("org.catrl.model.TestBackends#names")
    void logProbsAndLogitsOfTheModelBesideThisTest(String backendName) throws IOException {
        JsonNode golden = JSON.readTree(OWN.resolve("golden.json").toFile());
        try (Backend backend = TestBackends.open(backendName);
                Weights weights = Weights.load(backend, OWN, "weights")) {
            for (JsonNode given : golden.get("cases")) {
                int[] ids = JSON.convertValue(given.get("input_ids"), int[].class);
                assertLastLogits(weights, ids, given.get("logits_last_first8"));
                if (ids.length > 1) {
                    assertLogProbs(weights, ids, given);
                }
            }
        }
    }

    private static void assertLastLogits(Weights weights, int[] ids, JsonNode expected) {
        try (Decoder decoder = new Decoder(weights, ids.length, Batches.blocks(ids.length))) {
            float[] logits = decoder.logits(Batches.whole(List.of(ids)), ids.length - 1);
            for (int i = 0; i < 8; i++) {
                assertEquals(expected.get(i).doubleValue(), logits[i], LOGITS);
            }
        }
    }

    private static void assertLogProbs(Weights weights, int[] ids, JsonNode given) {
        try (Transformer transformer = new Transformer(weights, TransformerSettings.DEFAULT)) {
            float[] logProbs = new float[ids.length - 1];
            float[] entropy = new float[ids.length - 1];
            int[] completion = Arrays.copyOfRange(ids, 1, ids.length);
            PackedBatch batch = PackedBatch.of(List.of(new int[] {ids[0]}), List.of(completion));
            transformer.logProbs(batch, 1, logProbs, entropy);
            for (int i = 0; i < logProbs.length; i++) {
                assertEquals(given.get("next_token_logprobs").get(i).doubleValue(), logProbs[i], LOG_PROBS);
                assertEquals(given.get("entropy").get(i).doubleValue(), entropy[i], LOG_PROBS);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("org.catrl.model.TestBackends#names")
    void greedyContinuationsOfTheModelBesideThisTest(String backendName) throws IOException {
        assertGreedy(backendName, OWN);
    }

    @ParameterizedTest
    @CsvSource({"tiny-random-llama3", "tiny-random-qwen2.5", "tiny-random-gemma3-text"})
    void greedyContinuations(String model) throws IOException {
        for (String backendName : TestBackends.names().toList()) {
            assertGreedy(backendName, SharedData.file("models/" + model));
        }
    }

    private static void assertGreedy(String backendName, Path folder) throws IOException {
        JsonNode golden = JSON.readTree(folder.resolve("golden.json").toFile());
        try (Backend backend = TestBackends.open(backendName);
                Weights weights = Weights.load(backend, folder, "weights")) {
            for (JsonNode given : golden.get("greedy_no_eos_stop")) {
                int[] expected = JSON.convertValue(given.get("greedy_24"), int[].class);
                int[] prompt = JSON.convertValue(given.get("prompt"), int[].class);
                assertArrayEquals(expected, continued(weights, prompt, expected.length));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("org.catrl.model.TestBackends#names")
    void greedyStories(String backendName) throws IOException {
        Path folder = SharedData.file("models/tinystories-656k");
        JsonNode golden = JSON.readTree(folder.resolve("golden.json").toFile());
        try (Backend backend = TestBackends.open(backendName);
                Weights weights = Weights.load(backend, folder, "weights")) {
            JsonNode story = golden.get("generations").get(1);
            int[] expected = JSON.convertValue(story.get("greedy_ids"), int[].class);
            int[] prompt = JSON.convertValue(story.get("prompt_ids"), int[].class);
            assertArrayEquals(expected, continued(weights, prompt, expected.length));
        }
    }

    /** The prompt in one pass, then a token at a time. */
    private static int[] continued(Weights weights, int[] prompt, int count) {
        int blocks = Batches.blocks(prompt.length + count);
        int[] ids = new int[count];
        int[] drawn = new int[1];
        try (Decoder decoder = new Decoder(weights, prompt.length, blocks)) {
            decoder.run(prefill(prompt, blocks), drawn, new float[1]);
            for (int i = 0; i < count; i++) {
                ids[i] = drawn[0];
                decoder.run(Batches.step(ids[i], prompt.length + i, blocks), drawn, new float[1]);
            }
        }
        return ids;
    }

    private static RowBatch prefill(int[] prompt, int blocks) {
        RowBatch whole = Batches.whole(List.of(prompt), prompt.length - 1);
        return new RowBatch(whole.ids(), whole.positions(), whole.sequenceOf(), Batches.step(0, 0, blocks).table(),
                whole.drawRow(), whole.settings(), whole.counters(), 7, null);
    }

    private Path withConfig(Path folder, String config) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                if (!file.getFileName().toString().startsWith("config")) {
                    Files.copy(file, temporary.resolve(file.getFileName()));
                }
            }
        }
        Files.copy(folder.resolve(config), temporary.resolve("config.json"));
        return temporary;
    }
}
