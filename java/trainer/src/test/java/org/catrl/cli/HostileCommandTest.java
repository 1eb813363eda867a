package org.catrl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import org.catrl.recipe.RecipeException;
import org.catrl.record.RecordedLines;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever stands on the command line, in the recipe and in the data: a message, a documented code, and an end. */
@Tag("hostile")
class HostileCommandTest {
    private static final String RECIPE = """
            model: model
            backend: cpu
            threads: 1
            max_steps: 2
            prompts_per_step: 2
            data: {source: jsonl, train: prompts.jsonl, held_out: held.jsonl}
            grpo: {num_generations: 2}
            sampling: {max_completion_length: 8}
            synthesis: {max_completion_length: 8}
            aggregator: majority
            answer: {format: pattern, pattern: '(.)'}
            eval: {problems: 2, samples: 2}
            """;

    @TempDir
    Path folder;

    @BeforeEach
    void makeInput() throws IOException {
        TinyModel.write(folder.resolve("model"));
        write("prompts.jsonl", "{\"prompt\": \"Q1=\"}\n{\"prompt\": \"Q2=\"}\n");
        write("held.jsonl", "{\"prompt\": \"Q1=\", \"answer\": 1}\n{\"prompt\": \"Q2=\", \"answer\": 2}\n");
        write("recipe.yaml", RECIPE);
    }

    // ---- errors of every kind --------------------------------------------------------------------------------------

    @Test
    void everyErrorHasItsCodeAndAMessageInOneLine() {
        assertTold(1, "something is nested too deeply", new StackOverflowError());
        assertTold(1, "AssertionError: 7", new AssertionError(7));
        assertTold(1, "NoClassDefFoundError: a/B", new NoClassDefFoundError("a/B"));
        assertTold(2, "not a subtype", new ServiceConfigurationError("org.X: Provider Y not a subtype"));
        assertTold(5, "a native library cannot be loaded: no x in path", new UnsatisfiedLinkError("no x in path"));
        assertTold(5, "no x in path", new ExceptionInInitializerError(new UnsatisfiedLinkError("no x in path")));
        assertTold(5, "CATRL_HEAP=4g", new OutOfMemoryError("Java heap space"));
        assertTold(5, "no memory for 7 bytes of weights", new OutOfMemoryError("no memory for 7 bytes of weights"));
        assertTold(10, "/x/y: there is no such file or folder", new NoSuchFileException("/x/y"));
        assertTold(10, "/x/y: permission denied", new UncheckedIOException(new AccessDeniedException("/x/y")));
        assertTold(10, "/x: No space left on device", new FileSystemException("/x", null, "No space left on device"));
        assertTold(2, "x: y", new IllegalStateException("x: y", new RecipeException("y")));
    }

    /** Two errors that each name the other as its cause end the search for a code, not the process. */
    @Test
    void causesInACircle() {
        IllegalStateException one = new IllegalStateException("one");
        one.initCause(new IllegalStateException("two", one));
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> assertTold(1, "one", one));
    }

    private static void assertTold(int code, String part, Throwable error) {
        StringWriter err = new StringWriter();
        int actual = Failure.of(error).print(new PrintWriter(err, true), false);
        assertTrue(err.toString().startsWith("catrl: ") && err.toString().contains(part), err.toString());
        assertEquals(1, err.toString().lines().count(), err.toString());
        assertEquals(code, actual);
    }

    @Test
    void aThreadThatEndsIsToldAndGivesItsCode() throws InterruptedException {
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        try {
            StringWriter err = new StringWriter();
            ThreadFailures failures = ThreadFailures.listen(new PrintWriter(err, true));
            assertEquals(0, failures.code(0));
            Thread thread = new Thread(() -> {
                throw new StackOverflowError();
            }, "worker");
            thread.start();
            thread.join();
            assertTrue(err.toString().contains("thread \"worker\" has ended: StackOverflowError"), err.toString());
            assertEquals(1, failures.code(0));
            assertEquals(3, failures.code(3));
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    /** A process of its own, whose streams are pipes: what a command prints last is not lost when it ends. */
    @Test
    void aRealProcessPrintsItsTableAndEndsWithItsCode() throws Exception {
        String table = process(0, "eval", recipe(), "--set", "eval.problems=1");
        assertTrue(table.contains("accuracy, greedy") && table.contains("1 held-out problem "), table);
        String error = process(2, "train", recipe(), "--set", "max_steps=abc");
        assertEquals("catrl: --set max_steps=abc: max_steps is abc; it must be a whole number\n", error);
    }

    private static String process(int code, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(code, process.waitFor(), text);
        return text;
    }

    // ---- the command line ------------------------------------------------------------------------------------------

    @Test
    void aWrongOptionIsTwoLinesAndNoUsage() {
        Result result = run("train", "--nope", recipe());
        assertEquals("catrl: unknown option: '--nope'\nsee catrl train --help\n", result.err);
        assertEquals(2, result.code);
    }

    @Test
    void helpKnowsEveryCommand() {
        assertTrue(run("help", "train").out.contains("Usage: catrl train"));
        assertEquals(run("train", "--help").out, run("help", "train").out);
        String help = run("--help").out;
        assertTrue(help.contains("  bench ") && help.contains("--classpath") && help.matches("(?s).* 10 +a file.*"),
                help);
        assertFails(2, "the launcher runs the benchmarks", "bench", "Linear");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\u0001', value = {
        "max_steps=abc|max_steps is abc; it must be a whole number",
        "max_steps=1.5|max_steps is 1.5; it must be a whole number",
        "max_steps=[1]|max_steps is [1]; it must be a whole number",
        "max_steps={a: 1}|max_steps is {\"a\":1}; it must be a whole number",
        "max_steps=99999999999|max_steps is 99999999999; it must be a whole number of at most 2147483647",
        "seed=99999999999999999999|seed is 99999999999999999999; it must be a whole number of at most 92233720368",
        "max_steps=.inf|max_steps is .inf; it must be a whole number",
        "optimizer.learning_rate=1e400|learning_rate is 1e400; it must be a finite number",
        "optimizer.learning_rate=NaN|learning_rate is NaN; it must be a finite number",
        "optimizer.learning_rate=.nan|learning_rate is .nan; it must be a finite number",
        "num_generations=4|unknown key \"num_generations\"; did you mean \"grpo.num_generations\"?",
        "max_steps=*x|*x is an alias, which recipes do not have",
        "max_steps=a: b|not YAML: mapping values are not allowed here",
        "threads=1000000000|threads is 1000000000; it must be 0 (all) or more, and at most 1024",
        "threads=-1|threads is -1; it must be 0 (all) or more",
        "name=../../x|name is ../../x; it must be the name of a folder",
        "out=''|out is empty"})
    void wrongSettingsAreToldInPlainWords(String assignment, String part) {
        assertFails(2, part, "train", recipe(), "--set", assignment);
    }

    @Test
    void numbersThatMeanNothingAreRefused() {
        String model = folder.resolve("model").toString();
        assertFails(2, "--samples is 0; it must be 1 or more", "sample", model, "Q", "--samples", "0");
        assertFails(2, "--prompt-tokens is -5", "plan", recipe(), "--prompt-tokens", "-5");
        assertFails(2, "--every is 0", "selftest", "--every", "0");
        assertFails(2, "--output", "aggregate", recipe(), folder.resolve("prompts.jsonl").toString(), "--output",
                folder.resolve("o").toString(), "--out", "x");
    }

    @Test
    void moreThreadsThanTheMachineRunsAreWarnedOf() {
        int all = Runtime.getRuntime().availableProcessors();
        String warning = (all + 1) + " threads are more than the " + all + " that this machine runs at once";
        assertTrue(run("train", recipe(), "--threads", String.valueOf(all + 1), "--set", "max_steps=1", "--out",
                folder.resolve("out").toString()).out.lines().findFirst().orElseThrow().contains(warning));
        assertTrue(run("sample", folder.resolve("model").toString(), "Q", "--threads", String.valueOf(all + 1),
                "--max-completion-length", "2", "--backend", "cpu").err.contains(warning));
    }

    // ---- recipes ---------------------------------------------------------------------------------------------------

    @Test
    void recipesThatAreNone() throws Exception {
        assertRecipe("max_steps is given twice", RECIPE + "max_steps: 3\n");
        assertRecipe("cannot start any token", "model:\tmodel\n");
        assertRecipe("data is missing", "");
        assertRecipe("a recipe is a list of \"key: value\", found hello", "hello");
        assertRecipe("line 14: a recipe is one document", RECIPE + "---\nmax_steps: 9\n");
        assertRecipe("line 2: *a is an alias", "a: &a [x, x]\nb: &b [*a, *a, *a, *a]\n");
        assertRecipe("it is nested too deeply", "a: " + "[".repeat(50_000));
        assertRecipe("has 2000007 bytes; a recipe has at most 1048576", "model: " + "x".repeat(2_000_000));
        assertRecipe("special characters are not allowed", "model: a\0b\n");
        assertRecipe("here write grpo: {beta: ...}", "grpo.beta: 0.1\n" + RECIPE);
        Files.write(folder.resolve("bad.yaml"), RECIPE.getBytes(StandardCharsets.UTF_16));
        assertFails(2, "it is not UTF-8", "train", folder.resolve("bad.yaml").toString());
        assertFails(2, "is a folder; name the recipe in it", "train", folder.toString());
        assertFails(2, "is no regular file", "train", "/dev/zero");
        Path fifo = folder.resolve("fifo.yaml");
        assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
        assertFails(2, "is no regular file", "train", fifo.toString());
        assertFails(3, "it is no regular file", "train", recipe(), "--set", "data.train=" + fifo);
    }

    private void assertRecipe(String part, String yaml) throws IOException {
        assertFails(2, part, "train", write("bad.yaml", yaml).toString());
    }

    @Test
    void aByteOrderMarkAndWindowsLineEndsAreRead() throws IOException {
        write("recipe.yaml", "\ufeff" + RECIPE.replace("\n", "\r\n"));
        write("prompts.jsonl", "\ufeff{\"prompt\": \"Q1=\"}\r\n\r\n{\"prompt\": \"Q2=\"}\r\n\r\n\n");
        assertEquals(0, run("train", recipe(), "--out", folder.resolve("out").toString()).code);
    }

    // ---- data ------------------------------------------------------------------------------------------------------

    @Test
    void dataThatCannotBeUsedIsNamedByFileAndLine() throws IOException {
        assertData("prompts.jsonl, line 2: not JSON", "{\"prompt\": \"a\"}\n{\"prompt\": \"\0\"}\n");
        assertData("prompts.jsonl, line 1: is longer than 16777216 bytes", "{\"prompt\": \"" + "x".repeat(17 << 20));
        Files.write(folder.resolve("prompts.jsonl"), new byte[] {'{', '}', '\n', (byte) 0xff, '\n'});
        assertFails(3, "prompts.jsonl, line 1: the field \"prompt\"", "train", recipe());
        Files.write(folder.resolve("prompts.jsonl"), new byte[] {'\n', (byte) 0xff, '\n'});
        assertFails(3, "prompts.jsonl, line 2: it is not UTF-8", "train", recipe());
        assertFails(3, "it is a folder", "train", recipe(), "--set", "data.train=" + folder);
    }

    private void assertData(String part, String lines) throws IOException {
        write("prompts.jsonl", lines);
        assertFails(3, part, "train", recipe());
    }

    @Test
    void aPromptTooLongIsNamedOrLeftOut() throws IOException {
        String tooLong = "{\"prompt\": \"Q" + "1".repeat(600) + "=\", \"answer\": 1}\n";
        write("prompts.jsonl", "{\"prompt\": \"Q1=\"}\n\n" + tooLong + "{\"prompt\": \"Q3=\"}\n");
        assertFails(3, "prompts.jsonl, line 3: the prompt \"Q111", "train", recipe());
        String[] skip = {"train", recipe(), "--set", "data.too_long=skip", "--out", folder.resolve("out").toString()};
        Result skipped = run(skip);
        assertEquals(0, skipped.code, skipped.err);
        assertTrue(skipped.out.contains("skipped: 1 prompt does not fit the model's context; the first: ")
                && skipped.out.contains("prompts.jsonl, line 3"), skipped.out);
        assertFalse(String.join("\n", RecordedLines.groups(folder.resolve("out"))).contains("1".repeat(600)));
        Path made = folder.resolve("made.jsonl");
        String prompts = folder.resolve("prompts.jsonl").toString();
        assertFails(3, "prompts.jsonl, line 3: the prompt", "aggregate", recipe(), prompts, "--output",
                made.toString());
        assertTrue(run("aggregate", recipe(), prompts, "--output", made.toString(), "--set", "data.too_long=skip").out
                .contains("2 references"));
        write("prompts.jsonl", tooLong);
        write("held.jsonl", "{\"prompt\": \"Q1=\", \"answer\": 1}\n" + tooLong);
        assertFails(3, "held.jsonl, line 2: the prompt", "eval", recipe(), "--set",
                "data.train=" + write("other.jsonl", "{\"prompt\": \"Q1=\"}\n"));
        assertFails(3, "leave no prompt to train on", "train", recipe(), "--set", "data.too_long=skip", "--set",
                "eval.problems=0");
    }

    @Test
    void aTemplateThatFailsIsAFaultOfItsFolder() throws IOException {
        String[] sample = {"sample", folder.resolve("model").toString(), "--prompt", "Q", "--backend", "cpu"};
        write("model/chat_template.jinja", "{{ foo.bar }}");
        assertFails(4, "chat_template.jinja: its chat template fails: line 1: foo is undefined", sample);
        write("model/chat_template.jinja", "{{ raise_exception('no \033[31m\u009b way') }}");
        assertFails(4, "refuses the conversation: no ?[31m? way", sample);
    }

    /** Where nothing can be left out, the way out is a setting that the recipe has. */
    @Test
    void aGeneratedPromptTooLongSaysWhatToLower() throws IOException {
        assertFails(3, "context of 512; lower sampling.max_completion_length", "train", recipe(), "--set",
                "data={source: arithmetic}", "--set", "sampling.max_completion_length=500");
    }

    // ---- folders ---------------------------------------------------------------------------------------------------

    @Test
    void nothingThatIsThereIsOverwrittenOrDeleted() throws IOException {
        Path mine = Files.createDirectories(folder.resolve("proj/model"));
        Files.writeString(mine.resolve("weights"), "mine");
        assertFails(2, "holds other files (model), and nothing is overwritten", "train", recipe(), "--out",
                folder.resolve("proj").toString());
        assertEquals("mine", Files.readString(mine.resolve("weights")));
        assertFails(2, "holds other files", "train", recipe(), "--out", folder.resolve("model").toString());
        assertFails(2, "holds other files", "train", recipe(), "--out", "/");
        assertFails(2, "is a file", "train", recipe(), "--out", recipe());
        assertFails(10, "the run's folder cannot be made", "train", recipe(), "--out", "/proc/nope");
        assertFails(10, "the run's folder cannot be made", "train", recipe(), "--out", recipe() + "/inside");
        assertFails(10, "cannot be written", "export", folder.resolve("model").toString(), "/proc/nope/x");
        assertFails(10, "there is no such file or folder", "aggregate", recipe(),
                folder.resolve("prompts.jsonl").toString(), "--output", folder.resolve("no/out.jsonl").toString());
    }

    @Test
    void evalAndCompareKeepARecordWhereTheyAreAskedTo() throws IOException {
        Path eval = folder.resolve("eval");
        Result measured = run("eval", recipe(), "--out", eval.toString());
        assertTrue(measured.out.contains("accuracy, greedy") && measured.out.endsWith("record: " + eval + "\n"),
                measured.out);
        JsonNode group = groups(eval).get(0);
        assertEquals("Q1=", group.get("prompt").asText());
        assertEquals("1", group.get("gold").asText());
        JsonNode rollout = group.get("rollouts").get(0);
        String text = rollout.get("text").asText();
        assertEquals(text.isEmpty() ? "null" : text.substring(text.length() - 1),
                rollout.get("verdict").get("answer").asText());
        assertEquals(rollout.get("verdict").get("answer").asText().equals("1"),
                rollout.get("verdict").get("right").asBoolean());
        assertTrue(Files.readString(eval.resolve("summary.json")).contains("eval_greedy_accuracy"));
        assertTrue(Files.readString(eval.resolve("recipe.yaml")).contains("num_generations: 2"));
        assertFails(2, "holds the record of another run", "eval", recipe(), "--out", eval.toString());
        Path compare = folder.resolve("compare");
        run("compare", recipe(), "--aggregators", "majority,single_sample", "--out", compare.toString());
        assertEquals("single_sample", groups(compare).get(0).get("references").get(1).get("source").asText());
        assertTrue(Files.readString(compare.resolve("summary.json")).contains("\"majority\""));
    }

    private static List<JsonNode> groups(Path run) throws IOException {
        List<JsonNode> groups = new ArrayList<>();
        for (String line : RecordedLines.groups(run)) {
            groups.add(new ObjectMapper().readTree(line));
        }
        return groups;
    }

    @Test
    void aCheckpointIsEvaluatedByItsRunsRecipe() throws IOException {
        Path run = folder.resolve("run");
        assertEquals(0, run("train", recipe(), "--out", run.toString(), "--set", "save_steps=1", "--set",
                "optimizer.learning_rate=0.1", "--set", "grpo.beta=0").code);
        Path checkpoint = run.resolve("checkpoint-1");
        Path weights = checkpoint.resolve("model.safetensors");
        Files.write(weights, new byte[] {1});
        assertFails(4, weights.toString(), "eval", checkpoint.toString());
        Result model = run("eval", run.toString());
        assertTrue(model.code == 0 && model.out.contains("2 held-out problems"), model.err);
        assertEquals(0, run("eval", run.resolve("checkpoint-2").toString()).code);
        Files.move(run.resolve("model"), folder.resolve("elsewhere"));
        assertFails(2, "its newest checkpoint is " + run.resolve("checkpoint-2"), "eval", run.toString());
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private String recipe() {
        return folder.resolve("recipe.yaml").toString();
    }

    private record Result(int code, String out, String err) { }

    private static Result run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = assertTimeoutPreemptively(Duration.ofSeconds(30),
                () -> Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments));
        return new Result(code, out.toString(), err.toString());
    }

    private static void assertFails(int code, String part, String... arguments) {
        Result result = run(arguments);
        assertTrue(result.err.contains(part), result.err);
        assertTrue(result.err.startsWith("catrl: "), result.err);
        assertEquals(code, result.code, result.err);
    }
}
