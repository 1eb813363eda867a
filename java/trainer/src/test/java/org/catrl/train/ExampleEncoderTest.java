package org.catrl.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.catrl.data.DataException;
import org.catrl.data.Example;
import org.catrl.data.JsonLines;
import org.catrl.data.Prompt;
import org.catrl.data.Turn;
import org.catrl.generate.RequestException;
import org.catrl.lm.ChatSettings;
import org.catrl.lm.EndTokens;
import org.catrl.lm.PromptEncoder;
import org.catrl.model.ModelConfig;
import org.catrl.setting.SettingException;
import org.catrl.text.HuggingFaceTokenizer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What supervised training reads and learns of an example, token by token. */
@Tag("hostile")
class ExampleEncoderTest {
    @TempDir
    Path folder;

    private HuggingFaceTokenizer tokenizer;

    @BeforeEach
    void model() throws IOException {
        TinyModel.describe(folder);
        TinyTokenizer.withBoundaries(folder);
        tokenizer = HuggingFaceTokenizer.load(folder);
    }

    @AfterEach
    void close() {
        tokenizer.close();
    }

    /** A prompt has the start token that rollouts read; its completion ends in the tokenizer's own end token. */
    @Test
    void aPromptIsWhatRolloutsRead() throws IOException {
        ExampleEncoder.Encoded encoded = plain(true).encode(new Example("Q1", "2"));
        assertArrayEquals(new int[] {TinyTokenizer.BOS, 10, 1}, encoded.prompt());
        assertArrayEquals(PromptEncoder.plain(tokenizer).encode(new Prompt(0, "Q1")), encoded.prompt());
        assertArrayEquals(new int[] {2, TinyTokenizer.EOS}, encoded.completion());
        assertArrayEquals(new int[] {2}, plain(false).encode(new Example("Q1", "2")).completion());
        assertArrayEquals(new int[] {2, TinyModel.END}, plain(true).encode(new Example("Q1", "2.")).completion(),
                "what ends in one of the end tokens gets no second");
    }

    @Test
    void aTextThatSpellsOutItsStartTokenGetsNoSecond() {
        PromptEncoder plain = PromptEncoder.plain(tokenizer);
        assertArrayEquals(new int[] {TinyTokenizer.BOS, 10, 1}, plain.encode(TinyTokenizer.BOS_TEXT + "Q1"));
        assertArrayEquals(new int[] {TinyTokenizer.BOS}, plain.encode(""));
        assertArrayEquals(new int[] {TinyTokenizer.BOS}, plain.encode(TinyTokenizer.BOS_TEXT));
        assertArrayEquals(new int[] {TinyTokenizer.BOS, 1, 1, 2}, plain.encode("112"), "1 is no start token");
    }

    @Test
    void ofATextAloneEverythingIsLearnedButItsFirstToken() throws IOException {
        ExampleEncoder.Encoded encoded = plain(true).encode(Example.ofText("12"));
        assertArrayEquals(new int[] {TinyTokenizer.BOS}, encoded.prompt());
        assertArrayEquals(new int[] {1, 2, TinyTokenizer.EOS}, encoded.completion());
        assertThrows(RequestException.class, () -> plain(false).encode(Example.ofText(TinyTokenizer.BOS_TEXT)),
                "there is nothing but the start token");
    }

    /** Every turn of the assistant as rollouts would meet it, up to the end token of the template, not the eos. */
    @Test
    void aConversationIsLearnedTurnByTurn() throws IOException {
        TinyTokenizer.withTemplate(folder);
        ExampleEncoder chat = chat(new ChatSettings(Optional.of("7"), java.util.Map.of()));
        List<Example> turns = examples("""
                {"messages": [{"role": "user", "content": "1"}, {"role": "assistant", "content": "2"},
                 {"role": "user", "content": "3"}, {"role": "assistant", "content": "4"}]}""".replace("\n", ""));
        assertEquals(2, turns.size());
        assertArrayEquals(tokenizer.encode(TinyTokenizer.BOS_TEXT + "S7Q1R"), chat.encode(turns.get(0)).prompt());
        assertArrayEquals(new int[] {2, TinyTokenizer.TURN_END}, chat.encode(turns.get(0)).completion());
        assertArrayEquals(tokenizer.encode(TinyTokenizer.BOS_TEXT + "S7Q1R2<reserved_2>+Q3R"),
                chat.encode(turns.get(1)).prompt());
        assertArrayEquals(new int[] {4, TinyTokenizer.TURN_END}, chat.encode(turns.get(1)).completion());
        assertArrayEquals(chat.encode(turns.get(0)).prompt(), chat.encode(new Example("1", "2")).prompt(),
                "a prompt of one text is a user's message, as in rollouts");
    }

    @Test
    void allFormsOfAFileSayTheSame() throws IOException {
        List<Example> expected = List.of(Example.of(List.of(new Turn("user", "1")), "2"));
        for (String row : List.of(
                "{\"messages\": [{\"role\": \"user\", \"content\": \"1\"}, {\"role\": \"assistant\", \"content\": \"2\"}]}",
                "{\"conversations\": [{\"from\": \"human\", \"value\": \"1\"}, {\"from\": \"gpt\", \"value\": \"2\"}]}",
                "{\"prompt\": [{\"role\": \"user\", \"content\": \"1\"}], \"completion\": \"2\"}",
                "{\"prompt\": [{\"role\": \"user\", \"content\": \"1\"}], \"completion\": [{\"role\": \"assistant\", "
                        + "\"content\": \"2\"}]}",
                "{\"conversations\": [{\"from\": \"human\", \"value\": \"1\"}, {\"from\": \"gpt\", \"value\": \"2\"}, "
                        + "{\"from\": \"human\", \"value\": \"unanswered\"}]}")) {
            assertEquals(expected, examples(row), row);
        }
        assertEquals(List.of(Example.ofText("1")), examples("{\"text\": \"1\"}"));
        assertEquals(List.of(new Example("1", "2")), examples("{\"prompt\": \"1\", \"completion\": \"2\"}"));
    }

    @Test
    void aRowThatTeachesNothingIsNamed() {
        assertRefused("{\"messages\": [{\"role\": \"user\", \"content\": \"1\"}]}", "holds no turn of the assistant");
        assertRefused("{\"messages\": [{\"role\": \"assistant\", \"content\": \"1\"}]}", "holds no turn of the assistant");
        assertRefused("{\"messages\": []}", "holds no turn of the assistant");
        assertRefused("{\"messages\": \"1\"}", "holds no turn of the assistant");
        assertRefused("{\"messages\": [{\"role\": \"user\", \"content\": \"1\"}, {\"role\": \"assistant\", \"content\": "
                + "\"\"}]}", "message 2, which is to be learned, is empty");
        assertRefused("{\"messages\": [{\"role\": \"user\"}]}", "must have a text role and a text content");
        assertRefused("{\"conversations\": [{\"from\": \"dog\", \"value\": \"1\"}]}", "human, gpt or system");
        assertRefused("{\"question\": \"1\"}", "found [question]");
        String turns = "{\"from\": \"human\", \"value\": \"123456789\"}, {\"from\": \"gpt\", \"value\": \"2\"}, ";
        assertRefused("{\"conversations\": [" + turns.repeat(5000) + "{\"from\": \"gpt\", \"value\": \"2\"}]}",
                "a conversation of 10001 messages with 50001 characters is too long to be learned answer by answer");
        assertRefused("{\"text\": 5}", "the field \"text\" must be a text");
    }

    /** A conversation wants a template; one that writes it differently once answered cannot be learned from. */
    @Test
    void whatATemplateCannotTellApartIsRefused() throws IOException {
        Example talk = Example.of(List.of(new Turn("user", "1"), new Turn("assistant", "2"), new Turn("user", "3")), "4");
        assertTrue(assertThrows(RequestException.class, () -> plain(true).encode(talk)).getMessage()
                .contains("it wants a model with a chat template"));
        Files.writeString(folder.resolve("chat_template.jinja"),
                "{% for m in messages %}{{ m.content }}{% endfor %}{% if add_generation_prompt %}R{% endif %}");
        String message = assertThrows(RequestException.class, () -> chat(ChatSettings.PLAIN).encode(talk)).getMessage();
        assertTrue(message.contains("differently once it is answered"), message);
    }

    @Test
    void everyFileMayNameAnEndToken() throws IOException {
        TinyTokenizer.withTemplate(folder);
        EndTokens ends = EndTokens.of(ModelConfig.read(folder), tokenizer);
        assertEquals(List.of(TinyModel.END, TinyTokenizer.TURN_END, TinyTokenizer.EOS), ends.all());
        assertEquals(TinyTokenizer.EOS, ends.ofText().getAsInt());
    }

    @Test
    void anEndTokenIsAskedForAndNobodyNamesOne() throws IOException {
        Files.writeString(folder.resolve("tokenizer_config.json"), "{}");
        Files.writeString(folder.resolve("generation_config.json"), "{}");
        String config = Files.readString(folder.resolve("config.json"));
        Files.writeString(folder.resolve("config.json"), config.replaceAll("\"eos_token_id\" ?: ?\\d+",
                "\"eos_token_id\": null"));
        try (HuggingFaceTokenizer bare = HuggingFaceTokenizer.load(folder)) {
            String message = assertThrows(SettingException.class, () -> new ExampleEncoder(ModelConfig.read(folder), bare,
                    PromptEncoder.plain(bare), true)).getMessage();
            assertTrue(message.contains("append_eos is true; it must be false"), message);
        }
    }

    private ExampleEncoder plain(boolean appendEos) throws IOException {
        return new ExampleEncoder(ModelConfig.read(folder), tokenizer, PromptEncoder.plain(tokenizer), appendEos);
    }

    private ExampleEncoder chat(ChatSettings settings) throws IOException {
        return new ExampleEncoder(ModelConfig.read(folder), tokenizer,
                PromptEncoder.of(folder, tokenizer, Optional.of(settings)), true);
    }

    private List<Example> examples(String row) throws IOException {
        return JsonLines.examples(Files.writeString(folder.resolve("examples.jsonl"), row + "\n"));
    }

    private void assertRefused(String row, String part) {
        String message = assertThrows(DataException.class, () -> examples(row)).getMessage();
        assertTrue(message.contains("examples.jsonl, line 1: ") && message.contains(part), message);
    }
}
