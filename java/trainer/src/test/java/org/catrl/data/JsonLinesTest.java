package org.catrl.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonLinesTest {
    @TempDir
    Path folder;

    @Test
    void readsPromptsAndLeavesAnswersToEvaluation() throws IOException {
        Path file = file("{\"prompt\": \"1+1=\", \"answer\": 2, \"level\": 3}\n\n"
                + "{\"prompt\": \"é\", \"answer\": \"x\"}\n");
        assertEquals(List.of(new Prompt(0, "1+1="), new Prompt(1, "é")), JsonLines.prompts(file));
        assertEquals(new LabelledPrompt(new Prompt(0, "1+1="), "2"), LabelledLines.read(file).get(0));
    }

    @Test
    void namesTheBadLineByItsNumber() throws IOException {
        String good = "{\"prompt\": \"a\"}\n";
        assertTrue(messageFor(good + "\n" + good + "{\"prompt\": \"b\"").contains("prompts.jsonl, line 4: not JSON"));
        assertTrue(messageFor(good + "[1]").contains("line 2: a JSON object is needed"));
        assertTrue(messageFor(good + "{\"text\": \"b\"}").contains("line 2: the field \"prompt\""));
        assertTrue(messageFor("{\"prompt\": 7}").contains("line 1: the field \"prompt\""));
        assertTrue(messageFor(good + good + "{\"prompt\": \"b\"} x").contains("line 3: not JSON"));
    }

    @Test
    void saysWhereALineIsNoJsonInWordsOfItsOwn() throws IOException {
        String deep = "[".repeat(2000);
        assertTrue(messageFor("{\"prompt\": \"a\0\"}").endsWith("line 1: not JSON from character 14 on: "
                + "{\"prompt\": \"a \"}"), messageFor("{\"prompt\": \"a\0\"}"));
        assertTrue(messageFor("{\"prompt\": " + deep).contains("line 1: not JSON: nested too deeply, "),
                messageFor("{\"prompt\": " + deep));
        for (String line : List.of("{bad", "{\"prompt\": \"a", "{\"a\": 01}", "{\"prompt\": " + deep, "[1,", "'a'")) {
            assertFalse(messageFor(line).matches("(?s).*(?:CTRL-CHAR|was expecting|StreamRead|within/between).*"),
                    messageFor(line));
        }
    }

    @Test
    void refusesAnEmptyFileAndAMissingOne() throws IOException {
        assertTrue(messageFor("\n \n").contains("holds no prompt"));
        var error = assertThrows(DataException.class, () -> JsonLines.prompts(folder.resolve("none.jsonl")));
        assertTrue(error.getMessage().endsWith("none.jsonl: cannot be read: there is no such file"),
                error.getMessage());
    }

    @Test
    void aPatternThatSearchesWithoutEndIsGivenUp() throws IOException {
        FieldMapping cubic = new FieldMapping("prompt", "answer", Pattern.compile("(?s).*=.*=.*=(\\d+)\\."), null);
        Path file = file("{\"prompt\": \"a\", \"answer\": \"" + "=".repeat(2000) + "\"}\n");
        String message = assertThrows(DataException.class, () -> assertTimeoutPreemptively(Duration.ofSeconds(10),
                () -> LabelledLines.read(file, cubic))).getMessage();
        assertTrue(message.contains("line 1: the search for answer_pattern, (?s).*=.*=.*=(\\d+)\\., was given up: "),
                message);
        Path none = file("{\"prompt\": \"a\", \"answer\": \"" + "no ".repeat(2000) + "\"}\n");
        message = assertThrows(DataException.class, () -> LabelledLines.read(none, FieldMapping.GSM8K)
                ).getMessage();
        assertTrue(message.contains("line 1: ") && message.length() < 300, message);
    }

    @Test
    void evaluationNeedsAnswers() throws IOException {
        Path file = file("{\"prompt\": \"a\"}\n");
        var error = assertThrows(DataException.class, () -> LabelledLines.read(file));
        assertTrue(error.getMessage().contains("line 1: evaluation needs the field \"answer\""), error.getMessage());
    }

    @Test
    void shuffledPromptsVisitEachOnceAnEpochInAnOrderOfTheSeed() throws IOException {
        List<Prompt> prompts = JsonLines.prompts(file("{\"prompt\": \"a\"}\n".repeat(10)));
        Shuffled<Prompt> shuffled = new Shuffled<>(prompts, 5);
        List<Prompt> epoch = new java.util.ArrayList<>(shuffled.batch(0, 4));
        epoch.addAll(shuffled.batch(1, 4));
        epoch.addAll(shuffled.batch(2, 4).subList(0, 2));
        assertEquals(10, epoch.stream().map(Prompt::id).distinct().count());
        assertEquals(shuffled.batch(2, 4), new Shuffled<>(prompts, 5).batch(2, 4));
        assertTrue(!shuffled.batch(0, 10).equals(shuffled.batch(1, 10)), "two epochs have the same order");
    }

    @Test
    void examplesHaveAPromptAndACompletion() throws IOException {
        assertEquals(List.of(new Example("a", "b")),
                JsonLines.examples(file("{\"prompt\": \"a\", \"completion\": \"b\"}")));
        Path without = file("{\"prompt\": \"a\"}");
        String message = assertThrows(DataException.class, () -> JsonLines.examples(without)).getMessage();
        assertTrue(message.contains("line 1: the field \"completion\""), message);
    }

    @Test
    void halfACharacterIsReplaced() throws IOException {
        Path file = file("{\"prompt\": \"a\\ud800\", \"answer\": \"\\udc00\", \"completion\": \"\\ud800!\"}");
        assertEquals("a\ufffd", JsonLines.prompts(file).get(0).text());
        assertEquals("\ufffd", LabelledLines.read(file).get(0).gold());
        assertEquals(new Example("a\ufffd", "\ufffd!"), JsonLines.examples(file).get(0));
        Path turns = file("{\"prompt\": [{\"role\": \"user\", \"content\": \"\\ud800\"}]}");
        assertEquals(new Turn("user", "\ufffd"), JsonLines.prompts(turns).get(0).turns().get(0));
    }

    private String messageFor(String text) throws IOException {
        Path file = file(text);
        return assertThrows(DataException.class, () -> JsonLines.prompts(file)).getMessage();
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("prompts.jsonl"), text);
    }
}
