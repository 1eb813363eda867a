package org.catrl.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.catrl.folder.HostileFiles;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokenizers that the library dies of, or never comes back from: none is let near this process. */
@Tag("hostile")
class HostileTokenizerTest {
    private static final String BPE = "{'type': 'BPE', 'unk_token': 'u', 'vocab': {'u': 0, 'a': 1, 'b': 2, 'ab': 3}, "
            + "'merges': [['a', 'b']]}";
    private static final String TEMPLATE = "{'type': 'TemplateProcessing', 'single': [{'SpecialToken': {'id': 'u', "
            + "'type_id': 0}}, {'Sequence': {'id': 'A', 'type_id': 0}}], 'pair': [{'SpecialToken': {'id': 'u', "
            + "'type_id': 0}}, {'Sequence': {'id': 'A', 'type_id': 0}}, {'Sequence': {'id': 'B', 'type_id': 0}}], "
            + "'special_tokens': {'u': {'id': 'u', 'ids': [0], 'tokens': "
            + "['u']}}}";
    private static final Duration LONG = Duration.ofSeconds(120);

    @TempDir
    Path temporary;

    /** A tokenizer.json in which one part is another. */
    private static String tokenizer(String key, String value) {
        StringBuilder json = new StringBuilder("{'version': '1.0', 'added_tokens': []");
        for (String part : new String[] {"normalizer", "pre_tokenizer", "post_processor", "decoder", "model"}) {
            json.append(", '").append(part).append("': ")
                    .append(part.equals(key) ? value : part.equals("model") ? BPE : "null");
        }
        return json.append('}').toString().replace('\'', '"');
    }

    private TokenizerTrial trial(String... trusted) {
        return new TokenizerTrial(Optional.of(temporary.resolve("cache")), Set.of(trusted), LONG);
    }

    private Path folder(String json) throws IOException {
        Path folder = Files.createDirectories(temporary.resolve("model"));
        Files.writeString(folder.resolve("tokenizer.json"), json);
        return folder;
    }

    private String refusal(String json) throws IOException {
        Path folder = folder(json);
        String message = assertThrows(TokenizerException.class, () -> HuggingFaceTokenizer.load(folder, trial()))
                .getMessage();
        assertTrue(message.startsWith(folder.resolve("tokenizer.json") + ": "), message);
        return message;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "post_processor | {'type': 'TemplateProcessing', 'single': [{'SpecialToken': {'id': 'x', 'type_id': 0}}], "
                + "'pair': [], 'special_tokens': {}} | it must be a token that special_tokens defines",
        "post_processor | {'type': 'TemplateProcessing', 'single': [{'Sequence': {'id': 'B', 'type_id': 0}}], "
                + "'pair': [], 'special_tokens': {}} | it must be sequence A",
        "post_processor | {'type': 'TemplateProcessing', 'single': [], 'pair': [], 'special_tokens': {'x': {'id': 'x', "
                + "'ids': [4], 'tokens': ['x']}}} | is 4; it must be an id of the vocabulary, below 4",
        "post_processor | {'type': 'BertProcessing', 'sep': ['x', 99], 'cls': ['y', 0]} | is 99; it must be an id",
        "pre_tokenizer | {'type': 'FixedLength', 'length': 0} | it must be a length above 0",
        "pre_tokenizer | {'type': 'Sequence', 'pretokenizers': [{'type': 'Split', 'pattern': {'Regex': '(a+)+$'}}]} | "
                + "a repeat of what itself repeats",
        "normalizer | {'type': 'Replace', 'pattern': {'Regex': 'a*a*b'}, 'content': 'b'} | too many ways to come to what may fail",
        "decoder | {'type': 'Replace', 'pattern': {'Regex': '(a)\\\\1*b'}, 'content': 'b'} | a back reference",
        "decoder | {'type': 'Strip', 'content': 'a', 'start': 0, 'stop': 1} | it must be a stop of 0",
        "normalizer | {'type': 'Precompiled', 'precompiled_charsmap': ''} | says its trie has 0 bytes",
        "normalizer | {'type': 'Precompiled', 'precompiled_charsmap': '$$'} | is not base 64",
        "normalizer | {'type': 'Precompiled', 'precompiled_charsmap': '/////w=='} | its trie has 4294967295 bytes",
        "normalizer | {'type': 'Precompiled', 'precompiled_charsmap': 'BAAAAAAAAAA='} | leads out of itself",
        "normalizer | {'type': 'Precompiled', 'precompiled_charsmap': 7} | is not text",
        "model | {'type': 'BPE', 'vocab': {'a': -1}, 'merges': []} | the token \"a\" has the id -1; it must be from 0",
        "model | {'type': 'BPE', 'vocab': {'a': 4294967296}, 'merges': []} | has the id 4294967296",
        "model | {'type': 'BPE', 'vocab': {'a': 2000000000}, 'merges': []} | has the id 2000000000",
        "model | {'type': 'BPE', 'vocab': {'a': '0'}, 'merges': []} | has the id \"0\"",
        "model | {'type': 'BPE', 'vocab': {'a': 0}, 'merges': [], 'dropout': 0.1} | model.dropout is 0.1",
        "model | {'type': 'BPE', 'vocab': {'a': 0}, 'merges': [], 'unk_token': 'x'} | model.unk_token is \"x\"",
        "model | {'type': 'BPE', 'vocab': {'a': 0, 'b': 1, 'ab': 2}, 'merges': ['a b'], 'continuing_subword_prefix': "
                + "'##'} | the second part of \"a b\" must begin with the continuing_subword_prefix, ##",
        "model | {'type': 'Unigram', 'vocab': [['a', 0.0]]} | model.unk_id is absent",
        "model | {'type': 'Unigram', 'vocab': [['a', 0.0]], 'unk_id': 1} | model.unk_id is 1",
        "model | {'type': 'Unigram', 'vocab': [], 'unk_id': 0} | model.unk_id is 0",
        "model | {'type': 'BPE', 'vocab': {'a': 0}, 'merges': [['a', 'x']]} | is not a tokenizer that can be used"})
    void aKnownDeathIsNamed(String part, String value, String message) throws IOException {
        String refusal = refusal(tokenizer(part, value));
        assertTrue(refusal.contains(message), refusal);
    }

    @Test
    void replacementsThatMultiplyAreRefused() throws IOException {
        String ten = "{'type': 'Replace', 'pattern': {'String': 'a'}, 'content': 'aaaaaaaaaa'}";
        String refusal = refusal(tokenizer("normalizer", "{'type': 'Sequence', 'normalizers': [" + ten + ", " + ten
                + "]}"));
        assertTrue(refusal.contains("normalizer: its replacements make a text 100 times as long"), refusal);
        assertTrue(refusal(tokenizer("decoder", "{'type': 'Replace', 'pattern': {'String': ''}, 'content': '"
                + "b".repeat(64) + "'}")).contains("65 times"));
        assertTrue(refusal(tokenizer("normalizer", "{'type': 'Prepend', 'prepend': '" + "b".repeat(65) + "'}"))
                .contains("a short text to prepend"));
    }

    @Test
    void anAddedTokenHasAText() throws IOException {
        String json = tokenizer("", "");
        String added = "{\"id\": 4, \"content\": \"\", \"single_word\": false, \"lstrip\": false, \"rstrip\": false, "
                + "\"normalized\": false, \"special\": true}";
        assertTrue(refusal(json.replace("[]", "[" + added + "]")).contains("the token of id 4 has 0 characters"));
    }

    /** Those of Llama 3, Qwen 2, GPT-4o, DeepSeek V3, Bloom, CLIP, GPT-2, Phi (as tiktoken writes it), BERT's kind. */
    @ParameterizedTest
    @ValueSource(strings = {
        "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|"
                + "\\s*[\\r\\n]"
                + "+|\\s+(?!\\S)|\\s+",
        "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'v"
                + "e|'m|'ll"
                + "|'d)?|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*"
                + "(?i:'s|'t"
                + "|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
        "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?["
                + "\\p{P}\\p{S}]+"
                + "[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
        "\\p{N}{1,3}", "[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+", " ?[^(\\s|[.,!?\u2026\u3002\uff0c])]+",
        "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+",
        "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
        "(?i:'s|'t)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}++|\\p{N}{1,3}+| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*+|\\s++$|\\s*[\\r\\n]",
        "[\\s\\S]", "\\d{1,3}(?=(?:\\d{3})*\\b)", "", "^\\s+|\\s+$", "a{,3}", "x{y}", "(?<year>\\d{4})-\\d\\d"})
    void thePatternsOfPublishedTokenizersAreTaken(String pattern) {
        assertNull(complaint(pattern), pattern);
    }

    @ParameterizedTest
    @ValueSource(strings = {"(a+)+", "(a*)*b", "(?:a|aa)+$", "(a?a)*b", "((a{2,3}){2,3}){2,30}", "(?:(?:a+))*", "a+*b",
        "a*a*b", "(a*)(a*)(a*)b", ".*.*=", "a*(?=a*b)", "a*(?:a*b|c)", "(a)\\1", "(?<n>a)\\k<n>", "(?<n>a\\g<n>?b)",
        "(?~abc)", "(a)?(?(1)b|c)", "a{100000}", "((a{200}){200,300}){2}", "(?x)a b", "(", ")", "[a", "a\\", "(?",
        "(?<n",
        "\\p{L", "(?#x", "[[:alpha:]", "(?:a{1,9}a{1,9}){2}", "a{1,16}a{1,16}a{1,16}a{1,16}a{1,16}a{1,16}b",
        "x?x?x?x*y", "(?:a{1,17}){2}"})
    void aPatternThatCouldSearchForEverIsNot(String pattern) {
        assertNotNull(complaint(pattern), pattern);
    }

    private static String complaint(String pattern) {
        return PatternCheck.complaint(pattern, HuggingFaceTokenizer.LONGEST_TEXT);
    }

    /** Llama's pattern comes to its limit at ten million spaces: beyond, the library ends the process. */
    @Test
    void aTextThatIsTooLongIsRefusedBeforeTheLibraryHasIt() throws IOException {
        try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.load(folder(tokenizer("", "")), trial())) {
            String text = " ".repeat(HuggingFaceTokenizer.LONGEST_TEXT + 1);
            String message = assertThrows(TextTooLongException.class, () -> tokenizer.encode(text)).getMessage();
            assertTrue(message.contains("has 2000001 characters; at most 2000000 can be made into tokens"), message);
        }
        assertNull(complaint("\\s*[\\r\\n]+"));
        assertNotNull(PatternCheck.complaint("\\s*[\\r\\n]+", 2e7));
    }

    @Test
    void aPatternTooLongOrTooDeepIsNotRead() {
        assertNotNull(complaint("a".repeat(10_001)));
        assertNotNull(complaint("(".repeat(5000) + ")".repeat(5000)));
        assertNotNull(complaint("[".repeat(5000) + "]".repeat(5000)));
    }

    /** A trie that knows one text, "a" to "b", laid out as Darts does; then with the ways out that it could have. */
    @Test
    void aMapThatStaysWithinItselfIsTaken() {
        assertNull(CharsMap.complaint(map(512, 256 << 10, 0)));
        assertNull(CharsMap.complaint(map(512, 256 << 10, 2)), "the end of the texts is an empty text");
        assertNotNull(CharsMap.complaint(map(512, 256 << 10, 3)), "a value beyond the texts");
        assertNotNull(CharsMap.complaint(map(512, 512 << 10, 0)), "a state beyond the units");
        assertNotNull(CharsMap.complaint(map(511, 256 << 10, 0)), "a state whose last byte leads out");
        assertNotNull(CharsMap.complaint(map(512, 1 << 9 | 4 << 10, 0)), "an offset that is shifted out");
    }

    private static String map(int units, int root, int value) {
        ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * units + 2).order(ByteOrder.LITTLE_ENDIAN).putInt(4 * units);
        bytes.putInt(4, root);
        int node = 256 ^ 'a';
        int leaf = 300;
        bytes.putInt(4 + 4 * node, 'a' | 1 << 8 | (node ^ leaf) << 10);
        bytes.putInt(4 + 4 * leaf, value);
        bytes.position(4 + 4 * units).put((byte) 'b');
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    /** Three templates in a row are "not yet implemented" in the library: no rule knows of it, the trial dies of it. */
    @Test
    void aDeathThatNoRuleKnowsHappensElsewhere() throws Exception {
        String json = tokenizer("post_processor", "{'type': 'Sequence', 'processors': [" + TEMPLATE + ", " + TEMPLATE
                + ", " + TEMPLATE + "]}");
        String refusal = refusal(json);
        String sha256 = HexFormat.of().formatHex(java.security.MessageDigest.getInstance("SHA-256")
                .digest(json.getBytes(StandardCharsets.UTF_8)));
        assertTrue(refusal.contains("the tokenizers library died of signal 6 while it was encoding a word, with "
                + "special tokens: not yet implemented"), refusal);
        assertTrue(refusal.endsWith("set CATRL_TRUSTED_TOKENIZERS=" + sha256), refusal);
        assertEquals(0, temporary.resolve("cache").toFile().exists() ? 1 : 0);
        try (HuggingFaceTokenizer trusted = HuggingFaceTokenizer.load(folder(json), trial(sha256))) {
            assertArrayEquals(new int[] {3}, trusted.encode("ab"));
        }
    }

    @Test
    void aTokenizerThatThrowsAtATextIsRefused() throws IOException {
        byte[] json = tokenizer("model", "{'type': 'WordLevel', 'unk_token': 'x', 'vocab': {'a': 0}}")
                .getBytes(StandardCharsets.UTF_8);
        String message = assertThrows(TokenizerException.class, () ->
                trial().tryOut(Path.of("tokenizer.json"), json, 1, Map.of("another word", "b"))).getMessage();
        assertTrue(message.contains("failed while it was encoding another word: WordLevel error: Missing [UNK]"),
                message);
    }

    @Test
    void aTokenizerThatNeverComesBackIsEnded() throws IOException {
        byte[] json = tokenizer("pre_tokenizer", "{'type': 'FixedLength', 'length': 0}")
                .getBytes(StandardCharsets.UTF_8);
        TokenizerTrial trial = new TokenizerTrial(Optional.empty(), Set.of(), Duration.ofSeconds(10));
        String message = assertTimeoutPreemptively(Duration.ofSeconds(60), () ->
                assertThrows(TokenizerException.class, () -> trial.tryOut(Path.of("tokenizer.json"), json, 4,
                        Map.of("a letter", "a"))).getMessage());
        assertTrue(message.contains(" while it was encoding a letter"), message);
    }

    @Test
    void whatPassedIsRememberedAndNotTriedAgain() throws IOException {
        Path folder = folder(tokenizer("decoder", "{'type': 'Fuse'}"));
        HuggingFaceTokenizer.load(folder, trial()).close();
        assertEquals(1, temporary.resolve("cache").toFile().list().length);
        long start = System.nanoTime();
        for (int i = 0; i < 20; i++) {
            HuggingFaceTokenizer.load(folder, trial()).close();
        }
        assertTrue(System.nanoTime() - start < 20e9 / 20, "a trial takes longer than this");
    }

    @Test
    void aCacheThatCannotBeWrittenIsNoReasonToFail() throws IOException {
        Path blocked = Files.writeString(temporary.resolve("cache"), "a file where the folder would be");
        Path folder = folder(tokenizer("decoder", "{'type': 'ByteFallback'}"));
        HuggingFaceTokenizer.load(folder, trial()).close();
        assertTrue(Files.isRegularFile(blocked));
    }

    @Test
    void nothingButFilesOfTheFolderIsRead() throws IOException {
        for (String name : new String[] {"tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
            "chat_template.jinja"}) {
            for (Map.Entry<String, HostileFiles.Harm> harm : HostileFiles.all().entrySet()) {
                Path folder = folder(tokenizer("", ""));
                harm.getValue().to(folder.resolve(name));
                Executable read = name.startsWith("chat") ? () -> ChatTemplate.load(folder)
                        : () -> HuggingFaceTokenizer.load(folder, trial()).close();
                String message = assertTimeoutPreemptively(LONG, () -> assertThrows(TokenizerException.class, read))
                        .getMessage();
                assertTrue(message.startsWith(folder.resolve(name).toString()) && message.contains(harm.getKey()),
                        message);
                Files.delete(folder.resolve(name));
            }
        }
    }

    @Test
    void theTextsOfTheTrialAreOfEveryKind() throws IOException {
        Map<String, String> texts = TrialTexts.of(new com.fasterxml.jackson.databind.ObjectMapper().readTree(
                tokenizer("normalizer", "{'type': 'Replace', 'pattern': {'String': 'xyz'}, 'content': 'q'}")));
        assertEquals("", texts.get("no text"));
        assertTrue(texts.values().stream().anyMatch(text -> text.contains("xyzxyz")));
        assertTrue(texts.values().stream().anyMatch(text -> text.startsWith(" ".repeat(10_000))));
        assertTrue(texts.values().stream().anyMatch(text -> Arrays.stream(text.codePoints().toArray())
                .anyMatch(c -> c > 0xffff)));
        assertTrue(texts.values().stream().allMatch(text -> StandardCharsets.UTF_8.newEncoder().canEncode(text)));
    }
}
