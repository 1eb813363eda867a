package org.catrl.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HuggingFaceTokenizerTest {
    private static final Path ARITHMETIC = Path.of("../../models/arithmetic");

    @Test
    void arithmeticTextComesBack() throws IOException {
        try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.load(ARITHMETIC)) {
            String text = "Q123+456=579.#";
            int[] ids = tokenizer.encode(text);
            assertEquals(text.length(), ids.length);
            assertEquals(text, tokenizer.decode(ids));
            assertEquals(32, tokenizer.size());
            assertEquals(21, tokenizer.id("<pad>"));
            assertEquals(-1, tokenizer.id("no such token"));
        }
    }

    @Test
    void longTextsAreNotCutAndSpecialTokensAreLeftOut() throws IOException {
        try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.load(ARITHMETIC)) {
            assertEquals(5000, tokenizer.encode("1".repeat(5000)).length);
            assertEquals("12", tokenizer.decode(new int[] {tokenizer.id("1"), 21, tokenizer.id("2"), 21}));
            assertEquals("", tokenizer.decode(new int[0]));
            assertEquals(0, tokenizer.encode("").length);
        }
    }

    @Test
    void halfASurrogatePairAndNulAreNoReasonToDie() throws IOException {
        try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.load(ARITHMETIC)) {
            assertArrayEquals(tokenizer.encode("1\ufffd2"), tokenizer.encode("1\ud83d2"));
            assertEquals(3, tokenizer.encode("1\u00002").length);
            assertEquals(3, tokenizer.encode("1\ud83d\ude002").length);
        }
    }

    @Test
    void whatIsWrongWithTheFileIsSaid(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("tokenizer.json");
        assertEquals(file + ": there is no such file; a model folder must have it", failure(folder));
        Files.writeString(file, "{\"model\": ");
        assertTrue(failure(folder).startsWith(file + ": is not valid JSON: "), failure(folder));
        Files.writeString(file, "{\"model\": {}}");
        assertTrue(failure(folder).startsWith(file + ": has no model.vocab"), failure(folder));
        Files.writeString(file, "{\"model\": {\"type\": \"Nonsense\", \"vocab\": {\"a\": 0}}}");
        assertTrue(failure(folder).startsWith(file + ": is not a tokenizer that can be used: "), failure(folder));
    }

    private static String failure(Path folder) {
        return assertThrows(TokenizerException.class, () -> HuggingFaceTokenizer.load(folder)).getMessage();
    }

    @Test
    void goldenEncodings(@TempDir Path folder) throws IOException {
        Map<String, List<JsonNode>> cases = new HashMap<>();
        for (JsonNode row : OutsideCases.lines("tokenizers/golden_encodings.given.jsonl")) {
            cases.computeIfAbsent(row.get("tokenizer").asText(), name -> new ArrayList<>()).add(row);
        }
        for (Map.Entry<String, List<JsonNode>> entry : cases.entrySet()) {
            try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.load(unpacked(entry.getKey(), folder))) {
                for (JsonNode row : entry.getValue()) {
                    check(tokenizer, row);
                }
            }
        }
        assertTrue(cases.size() >= 5, cases.keySet().toString());
    }

    private static Path unpacked(String name, Path folder) throws IOException {
        Path packed = Path.of("../../../shared/data/tokenizers", name, "tokenizer.json.gz");
        if (!Files.exists(packed)) {
            return packed.getParent();
        }
        Path unpacked = Files.createDirectory(folder.resolve(name));
        try (InputStream in = new GZIPInputStream(Files.newInputStream(packed))) {
            Files.copy(in, unpacked.resolve("tokenizer.json"));
        }
        return unpacked;
    }

    private static void check(HuggingFaceTokenizer tokenizer, JsonNode row) {
        int[] ids = ints(row.get("ids"));
        String id = row.get("id").asText();
        assertArrayEquals(ids, tokenizer.encode(row.get("text").asText()), id);
        if (row.hasNonNull("ids_with_special")) {
            assertArrayEquals(ints(row.get("ids_with_special")),
                    tokenizer.encodeWithSpecialTokens(row.get("text").asText()), id);
        }
        // transformers keeps an <unk> that the file calls special, and sets it apart; the library goes by the file.
        if (!row.get("decoded").asText().contains("<unk>")) {
            assertEquals(row.get("decoded").asText(), tokenizer.decodeWithSpecialTokens(ids), id);
            assertEquals(row.get("decoded_skip_special").asText(), tokenizer.decode(ids), id);
        }
        assertStreamed(tokenizer, ids, id);
    }

    private static int[] ints(JsonNode list) {
        int[] ids = new int[list.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = list.get(i).intValue();
        }
        return ids;
    }

    private static void assertStreamed(HuggingFaceTokenizer tokenizer, int[] ids, String id) {
        TextStream stream = new TextStream(tokenizer::decode);
        StringBuilder text = new StringBuilder();
        for (int next : ids) {
            String piece = stream.push(next);
            assertTrue(!piece.endsWith("\ufffd"), id);
            text.append(piece);
        }
        assertEquals(tokenizer.decode(ids), text + stream.flush(), id);
    }

    /** llama.cpp's own cases, for the vocabularies that are here. */
    @ParameterizedTest
    @CsvSource({"ggml-vocab-gpt-2, gpt2", "ggml-vocab-llama-bpe, llama3.1", "ggml-vocab-llama-spm, llama2-spm",
            "ggml-vocab-qwen2, qwen2.5"})
    void vectorsOfLlamaCpp(String vectors, String name, @TempDir Path folder) throws IOException {
        OutsideCases.lines("tokenizers/golden_encodings.given.jsonl"); // skipped where these are not
        Path given = Path.of("../../../shared/data/tokenizers/llamacpp_vectors");
        String[] texts = Files.readString(given.resolve(vectors + ".gguf.inp")).split("\n__ggml_vocab_test__\n");
        List<String> expected = Files.readAllLines(given.resolve(vectors + ".gguf.out"));
        try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.load(unpacked(name, folder))) {
            for (int i = 0; i < expected.size(); i++) {
                int[] ids = Stream.of(expected.get(i).strip().split(" +")).filter(id -> !id.isEmpty())
                        .mapToInt(Integer::parseInt).toArray();
                assertArrayEquals(ids, tokenizer.encode(texts[i]), vectors + ", text " + i + ": " + texts[i]);
            }
        }
    }

    @Property(tries = 300)
    void aStreamGivesTheWholeText(@ForAll @CharRange(from = '+', to = '~') String text) throws IOException {
        try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.load(ARITHMETIC)) {
            assertStreamed(tokenizer, tokenizer.encode(text), text);
        }
    }

    /** A decoder that knows only whole characters, as those with byte fallback. */
    @Property(tries = 2000)
    void noCharacterComesInHalves(@ForAll String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        String wellFormed = new String(bytes, StandardCharsets.UTF_8);
        TextStream stream = new TextStream(ids -> {
            byte[] some = new byte[ids.length];
            for (int i = 0; i < some.length; i++) {
                some[i] = (byte) ids[i];
            }
            return new String(some, StandardCharsets.UTF_8);
        });
        StringBuilder streamed = new StringBuilder();
        for (byte next : bytes) {
            streamed.append(stream.push(next));
        }
        assertEquals(wellFormed, streamed + stream.flush());
    }
}
