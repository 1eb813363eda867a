package org.catrl.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;
import org.catrl.compute.reference.ReferenceBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WeightsTest {
    private final ReferenceBackend backend = new ReferenceBackend();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(Family.class)
    void aSavedModelLoadsToTheSameBits(Family family) throws IOException {
        for (boolean tied : new boolean[] {true, false}) {
            try (Weights made = Weights.random(backend, Models.tiny(family, tied), 5, "made")) {
                made.save(folder);
                try (Weights loaded = Weights.load(backend, folder, "loaded"); Weights copied = loaded.copy("copy")) {
                    assertEquals(made.config(), loaded.config());
                    assertEquals(made.sha256(), loaded.sha256());
                    assertEquals(made.sha256(), copied.sha256());
                }
            }
        }
        assertTrue(backend.ledger().byOwner().isEmpty(), backend.ledger().byOwner().toString());
    }

    @Test
    void theSeedAloneDecidesTheStart() {
        ModelConfig config = Models.tiny(Family.QWEN3, true);
        try (Weights a = Weights.random(backend, config, 1, "a"); Weights b = Weights.random(backend, config, 1, "b");
                Weights c = Weights.random(backend, config, 2, "c")) {
            assertEquals(a.sha256(), b.sha256());
            assertNotEquals(a.sha256(), c.sha256());
        }
    }

    @Test
    void theEosTokensAreThoseOfBothConfigs() throws IOException {
        Models.tiny(Family.LLAMA, true).write(folder);
        assertEquals(List.of(2), ModelConfig.read(folder).eosTokens());
        Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": [3, 2], \"top_k\": 20}");
        assertEquals(List.of(3, 2), ModelConfig.read(folder).eosTokens());
        Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": 5}");
        assertEquals(List.of(5, 2), ModelConfig.read(folder).eosTokens());
        Files.writeString(folder.resolve("generation_config.json"), "{\"temperature\": 1}");
        assertEquals(List.of(2), ModelConfig.read(folder).eosTokens());
        Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": \"x\"}");
        assertTrue(assertThrows(ModelFormatException.class, () -> ModelConfig.read(folder)).getMessage()
                .contains("generation_config.json: eos_token_id is \"x\"; it must be a token id"));
        Files.delete(folder.resolve("generation_config.json"));
        assertEquals(List.of(2), ModelConfig.read(folder).eosTokens());
    }

    @Test
    void queryKeyAndValueRowsAreAdjacentAndEveryMatrixComesBeforeTheFirstVector() {
        Layout layout = new Layout(Models.tiny(Family.QWEN2, false));
        long q = layout.tensor("model.layers.1.self_attn.q_proj.weight").offset();
        assertEquals(q + 24 * 12, layout.tensor("model.layers.1.self_attn.k_proj.weight").offset());
        assertEquals(q + 36 * 12, layout.tensor("model.layers.1.self_attn.v_proj.weight").offset());
        for (Layout.Tensor tensor : layout.tensors()) {
            assertEquals(tensor.shape().length == 2, tensor.offset() < layout.decayedLength(), tensor.name());
        }
    }

    @Test
    void packedFormsFollowAChange() {
        try (Weights weights = Weights.random(backend, Models.tiny(Family.LLAMA, true), 1, "w")) {
            backend.fill(weights.flat(), 3);
            weights.changed();
            for (float value : weights.packed().matrix(1, LinearSite.DOWN).floats()) {
                assertEquals(3, value);
            }
        }
    }

    @Test
    void namesTheMissingTheExtraAndTheMisshapen() throws IOException {
        assertTrue(refused(tensors -> tensors.remove("model.norm.weight")).contains("lacks tensor model.norm.weight"));
        assertTrue(refused(tensors -> tensors.put("model.layers.2.mlp.up_proj.weight", tensor(20, 12)))
                .contains("holds tensor model.layers.2.mlp.up_proj.weight"));
        String shape = refused(tensors -> tensors.put("model.layers.0.mlp.up_proj.weight", tensor(12, 20)));
        assertTrue(shape.contains("'model.layers.0.mlp.up_proj.weight' has shape [12, 20]"), shape);
    }

    @Test
    void namesAVocabularyThatDoesNotMatch() throws IOException {
        String message = refused(tensors -> tensors.put("model.embed_tokens.weight", tensor(36, 12)));
        assertTrue(message.contains("36 rows, but config.json's vocab_size is 37"), message);
    }

    @Test
    void refusesATiedModelWhoseTwoMatricesDiffer() throws IOException {
        String message = refused(tensors -> tensors.put("lm_head.weight", tensor(37, 12)));
        assertTrue(message.contains("lm_head.weight differ"), message);
    }

    @Test
    void loadsATiedModelThatIsStoredUnderTheHeadsName() throws IOException {
        rewrite(tensors -> tensors.put("lm_head.weight", tensors.remove("model.embed_tokens.weight")));
        try (Weights loaded = Weights.load(backend, folder, "loaded");
                Weights made = Weights.random(backend, loaded.config(), 5, "made")) {
            assertEquals(made.sha256(), loaded.sha256());
        }
    }

    @Test
    void refusesAnIndexThatLies() throws IOException {
        rewrite(tensors -> { });
        Files.move(folder.resolve("model.safetensors"), folder.resolve("one.safetensors"));
        Path index = folder.resolve("model.safetensors.index.json");
        for (Map.Entry<String, String> lie : Map.of("\"../one.safetensors\"", "a file beside it",
                "\"absent.safetensors\"", "no such file", "\"one.safetensors\"", "does not say", "3",
                "a file beside it").entrySet()) {
            Files.writeString(index, "{\"weight_map\": {\"model.norm.weight\": " + lie.getKey() + "}}");
            String message = assertThrows(ModelFormatException.class,
                    () -> Weights.load(backend, folder, "loaded").close()).getMessage();
            assertTrue(message.contains(lie.getValue()), message);
        }
    }

    @Test
    void readsTheStoryModelsSpotValues() throws IOException {
        try (Weights story = Weights.load(backend, SharedData.file("models/tinystories-656k"), "story")) {
            assertArrayEquals(new float[] {0.14453125f}, new float[] {story.flat().floats()[50]});
            Layout.Tensor norm = story.layout().tensor("model.layers.1.post_attention_layernorm.weight");
            assertEquals(0.32421875f, norm.in(story.flat()).floats()[10]);
        }
    }

    private String refused(Consumer<SortedMap<String, SafetensorsWriter.Tensor>> change) throws IOException {
        rewrite(change);
        String message = assertThrows(ModelFormatException.class,
                () -> Weights.load(backend, folder, "loaded").close()).getMessage();
        assertTrue(message.startsWith(folder.toString()), message);
        return message;
    }

    private void rewrite(Consumer<SortedMap<String, SafetensorsWriter.Tensor>> change) throws IOException {
        try (Weights made = Weights.random(backend, Models.tiny(Family.QWEN3, true), 5, "made")) {
            made.save(folder);
            SortedMap<String, SafetensorsWriter.Tensor> tensors = new TreeMap<>();
            for (Layout.Tensor tensor : made.layout().tensors()) {
                tensors.put(tensor.name(), new SafetensorsWriter.Tensor(tensor.shape(), tensor.in(made.flat())));
            }
            change.accept(tensors);
            SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, DType.F32);
        }
    }

    private SafetensorsWriter.Tensor tensor(int... shape) {
        Buffer elements = backend.allocate(DType.F32, (long) shape[0] * shape[1], "t");
        return new SafetensorsWriter.Tensor(shape, elements);
    }
}
