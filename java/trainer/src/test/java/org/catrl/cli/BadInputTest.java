package org.catrl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every kind of bad input, on the whole command: its own message and exit code, and no record of a run. */
class BadInputTest {
    @TempDir
    Path folder;

    private Path model;

    @BeforeEach
    void makeInput() throws IOException {
        model = TinyModel.write(folder.resolve("model"));
        Files.writeString(folder.resolve("prompts.jsonl"), "{\"prompt\": \"Q1=\"}\n{\"prompt\": \"Q2=\"}\n");
        Files.writeString(folder.resolve("recipe.yaml"), """
                model: model
                backend: cpu
                max_steps: 1
                prompts_per_step: 2
                data: {source: jsonl, train: prompts.jsonl}
                grpo: {num_generations: 2}
                sampling: {max_completion_length: 8}
                synthesis: {max_completion_length: 8}
                aggregator: majority
                eval: {problems: 0}
                """);
    }

    @Test
    void theInputIsGoodUntilItIsSpoilt() {
        assertEquals(0, train().code);
    }

    @Test
    void anUnknownKeyNamesTheNearest() {
        assertFails(ExitCode.USAGE, "unknown key \"grpo.num_generation\"; did you mean \"num_generations\"?", "--set",
                "grpo.num_generation=4");
    }

    @Test
    void aMissingRecipe() {
        StringWriter err = new StringWriter();
        assertEquals(ExitCode.USAGE.code(), Main.run(new PrintWriter(new StringWriter()), new PrintWriter(err, true),
                "train", folder.resolve("none.yaml").toString()));
        assertTrue(err.toString().contains("none.yaml: there is no such recipe"), err.toString());
    }

    @Test
    void aMissingModelFolder() {
        assertFails(ExitCode.MODEL, "there is no such model folder", "--set", "model=" + folder.resolve("nothing"));
    }

    @Test
    void missingWeights() throws IOException {
        Files.delete(weights());
        assertFails(ExitCode.MODEL, "model.safetensors");
    }

    @Test
    void truncatedWeights() throws IOException {
        byte[] bytes = Files.readAllBytes(weights());
        Files.write(weights(), Arrays.copyOf(bytes, bytes.length - 100));
        assertFails(ExitCode.MODEL, "model.safetensors");
    }

    @Test
    void weightsThatLieAboutTheirShapes() throws IOException {
        String bytes = Files.readString(weights(), StandardCharsets.ISO_8859_1);
        assertTrue(bytes.contains("\"shape\":[16,24]"));
        Files.writeString(weights(), bytes.replace("\"shape\":[16,24]", "\"shape\":[61,24]"),
                StandardCharsets.ISO_8859_1);
        assertFails(ExitCode.MODEL, "model.safetensors");
    }

    @Test
    void weightsOfAnotherModel() throws IOException {
        config("\"intermediate_size\": 24", "\"intermediate_size\": 32");
        assertFails(ExitCode.MODEL, "model.safetensors");
    }

    @Test
    void aVocabularyThatDoesNotMatch() throws IOException {
        config("\"vocab_size\": 32", "\"vocab_size\": 30");
        assertFails(ExitCode.MODEL, "tokenizer.json has 32 tokens, but config.json says vocab_size 30");
    }

    @Test
    void aTokenizerThatIsNone() throws IOException {
        Files.writeString(model.resolve("tokenizer.json"), "{}");
        assertFails(ExitCode.MODEL, "tokenizer.json");
    }

    @Test
    void aPromptLongerThanTheContext() throws IOException {
        data("{\"prompt\": \"Q1=\"}\n{\"prompt\": \"Q" + "1".repeat(600) + "=\"}\n");
        assertFails(ExitCode.DATA, "has 602 tokens; with max_completion_length 8 it is longer than the model's context "
                + "of 512");
    }

    @Test
    void anEmptyDataFile() throws IOException {
        data("");
        assertFails(ExitCode.DATA, "prompts.jsonl: the file holds no prompt");
    }

    @Test
    void aMissingDataFile() throws IOException {
        Files.delete(folder.resolve("prompts.jsonl"));
        assertFails(ExitCode.DATA, "prompts.jsonl: cannot be read: there is no such file");
    }

    @Test
    void aBadLineIsNamedByItsNumber() throws IOException {
        data("{\"prompt\": \"Q1=\"}\n\n{\"prompt\": \"Q2=\"\n");
        assertFails(ExitCode.DATA, "prompts.jsonl, line 3: not JSON");
        data("{\"prompt\": \"Q1=\"}\n{\"question\": \"Q2=\"}\n");
        assertFails(ExitCode.DATA, "prompts.jsonl, line 2: the field \"prompt\"");
    }

    @Test
    void aBackendThatIsNotThere() {
        assertFails(ExitCode.BACKEND, "backend cuda: ", "--backend", "cuda");
    }

    @Test
    void aFolderThatHoldsAnotherRun() throws IOException {
        Files.createDirectories(folder.resolve("out"));
        Files.createFile(folder.resolve("out/run.db"));
        assertEquals(ExitCode.USAGE.code(), train().code);
    }

    @Test
    void whatSampleCannotContinue() {
        assertFailsAt(ExitCode.DATA, "the model's context is 512", "sample", model.toString(), "1".repeat(500));
        assertFailsAt(ExitCode.DATA, "has no tokens", "sample", model.toString(), "");
        assertFailsAt(ExitCode.USAGE, "temperature is -1.0", "sample", model.toString(), "Q", "--temperature", "-1");
        assertFailsAt(ExitCode.USAGE, "must be one of auto, cpu, cuda, reference", "sample", model.toString(), "Q",
                "--backend", "gpu");
        assertFailsAt(ExitCode.MODEL, "there is no such model folder", "sample", folder.resolve("no").toString(), "Q");
    }

    @Test
    void nothingToMeasure() throws IOException {
        assertFailsAt(ExitCode.USAGE, "there is nothing to measure on", "eval",
                folder.resolve("recipe.yaml").toString());
        assertFailsAt(ExitCode.USAGE, "there is no recipe.yaml; name a recipe and give the model by --model", "eval",
                TinyModel.write(folder.resolve("other/model")).toString());
    }

    @Test
    void aCorpusWithoutStages() {
        assertFailsAt(ExitCode.USAGE, "stages is empty", "sft", "../../models/arithmetic/sft.yaml", "--set",
                "stages=[]", "--out", folder.resolve("out").toString());
    }

    private static void assertFailsAt(ExitCode code, String part, String... arguments) {
        StringWriter err = new StringWriter();
        int actual = Main.run(new PrintWriter(new StringWriter()), new PrintWriter(err, true), arguments);
        assertTrue(err.toString().contains(part), err.toString());
        assertEquals(code.code(), actual, err.toString());
    }

    private void assertFails(ExitCode code, String part, String... options) {
        Result result = train(options);
        assertTrue(result.err.contains(part), result.err);
        assertEquals(code.code(), result.code, result.err);
        assertFalse(Files.exists(folder.resolve("out")), "a run's folder was made");
        assertEquals(1, result.err.lines().count(), result.err);
    }

    private record Result(int code, String err) { }

    private Result train(String... options) {
        List<String> arguments = new ArrayList<>(List.of("train", folder.resolve("recipe.yaml").toString(), "--out",
                folder.resolve("out").toString()));
        arguments.addAll(List.of(options));
        StringWriter err = new StringWriter();
        int code = Main.run(new PrintWriter(new StringWriter(), true), new PrintWriter(err, true),
                arguments.toArray(String[]::new));
        return new Result(code, err.toString());
    }

    private Path weights() {
        return model.resolve("model.safetensors");
    }

    private void config(String from, String to) throws IOException {
        String config = Files.readString(model.resolve("config.json"));
        assertTrue(config.contains(from) || config.contains(from.replace(": ", " : ")), config);
        Files.writeString(model.resolve("config.json"),
                config.replace(from.replace(": ", " : "), to).replace(from, to));
    }

    private void data(String text) throws IOException {
        Files.writeString(folder.resolve("prompts.jsonl"), text);
    }
}
