package org.catrl.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
        Path to = Files.createDirectory(folder.resolve(name));
        try (InputStream in = new GZIPInputStream(Files.newInputStream(packed))) {
            Files.copy(in, to.resolve("tokenizer.json"));
        }
        return to;
    }

    private static void check(HuggingFaceTokenizer tokenizer, JsonNode row) {
        int[] ids = new int[row.get("ids").size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = row.get("ids").get(i).intValue();
        }
        String id = row.get("id").asText();
        assertArrayEquals(ids, tokenizer.encode(row.get("text").asText()), id);
        // transformers keeps an <unk> that tokenizer.json calls special; the library goes by tokenizer.json.
        if (!row.get("decoded").asText().contains("<unk>")) {
            assertEquals(row.get("decoded_skip_special").asText(), tokenizer.decode(ids), id);
        }
    }
}
