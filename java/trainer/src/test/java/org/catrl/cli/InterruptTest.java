package org.catrl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.catrl.ChildJvm;
import org.catrl.lm.FakeEndpoint;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real processes that get real signals, also where this one was started to ignore them. */
@Timeout(120)
class InterruptTest {
    @TempDir
    Path folder;

    @BeforeEach
    void makeInput() throws IOException {
        TinyModel.write(folder.resolve("model"));
        String common = """
                model: model
                backend: cpu
                threads: 1
                data: {source: arithmetic, seed: 3}
                sampling: {max_completion_length: 12}
                answer: {format: pattern, pattern: '(.)'}
                eval: {problems: 0}
                optimizer: {lr_scheduler_type: constant}
                """;
        Files.writeString(folder.resolve("train.yaml"), common + """
                max_steps: 1000000
                max_empty_steps: 0
                prompts_per_step: 2
                aggregator: majority
                grpo: {num_generations: 2}
                """);
        Files.writeString(folder.resolve("sft.yaml"), common.replace("eval: {problems: 0}\n", "") + """
                corpus: {seed: 1, slip: 0.1, shared_slip: 0.3}
                stages: [{steps: 20000, solve: 2, synthesise: 1, fewest: 2, most: 3}]
                """);
    }

    /** A command in a process of its own. */
    private final class Command implements AutoCloseable {
        private final Process process;
        private final BufferedReader lines;
        private final List<String> told = new ArrayList<>();

        Command(String... arguments) throws IOException {
            List<String> hearing = new ArrayList<>(List.of("env", "--default-signal=INT,TERM"));
            hearing.addAll(ChildJvm.command(Main.class, arguments));
            process = new ProcessBuilder(hearing).redirectErrorStream(true).start();
            CompletableFuture.delayedExecutor(100, TimeUnit.SECONDS).execute(process::destroyForcibly);
            lines = process.inputReader();
        }

        /** Reads on until a line holds this. */
        Command until(String part) throws IOException {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                told.add(line);
                if (line.contains(part)) {
                    return this;
                }
            }
            throw new AssertionError("\"" + part + "\" is never said: " + told);
        }

        Command signal(String name) throws Exception {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
            return this;
        }

        /** Reads to the end; what was said in all. */
        String ended(int code) throws Exception {
            lines.lines().forEach(told::add);
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), told::toString);
            assertEquals(code, process.exitValue(), told::toString);
            return String.join("\n", told);
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    private String out() {
        return folder.resolve("out dir").toString();
    }

    @ParameterizedTest
    @CsvSource({"train, INT, 130", "train, TERM, 143", "sft, INT, 130"})
    void theFirstSignalPausesAndSaysHowToGoOn(String name, String signal, int code) throws Exception {
        String said;
        try (Command command = new Command(name, folder.resolve(name + ".yaml").toString(), "--out", out())) {
            said = command.until(name + " ").signal(signal).ended(code);
        }
        assertTrue(said.matches("(?s).*catrl: finishing .*; once more leaves at once\n.*"), said);
        assertTrue(said.matches("(?s).*paused after \\d+ steps?; go on with: \\./catrl " + name + " --resume '"
                + out() + "'"), said);
        try (Stream<Path> files = Files.list(Path.of(out()))) {
            List<String> names = files.map(file -> file.getFileName().toString()).toList();
            assertTrue(names.stream().anyMatch(file -> file.matches("checkpoint-\\d+")), names::toString);
            assertFalse(names.contains("model") || names.contains(".lock-owner"), names::toString);
        }
        try (Command command = new Command(name, "--resume", out())) {
            said = command.until("resumed after ").until(name + " ").signal(signal).ended(code);
        }
        assertTrue(said.contains("checkpoint-"), said);
    }

    /** The judge says nothing for a minute, so that the phase is not finished by itself. */
    @Test
    void theSecondSignalLeavesAtOnce() throws Exception {
        try (FakeEndpoint endpoint = new FakeEndpoint((exchange, prompt) -> FakeEndpoint.hang(60_000));
             Command command = new Command("train", folder.resolve("train.yaml").toString(), "--out", out(), "--set",
                     "rewards=[{kind: judge}]", "--set", "roles={judge: {to: endpoint, base_url: '" + endpoint.url()
                     + "', model: m}}", "--set", "answer={format: text}", "--set", "aggregator=single_sample", "--set", "guard=off")) {
            while (endpoint.asked().isEmpty()) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            command.signal("INT").until("catrl: finishing the reward phase of step 1; once more leaves at once");
            String said = command.signal("INT").ended(130);
            assertFalse(said.contains("go on with"), said);
        }
        try (Command command = new Command("train", folder.resolve("train.yaml").toString(), "--out", out(), "--resume",
                "auto")) {
            String said = command.until("the run begins anew; what came later is in").until("train ").signal("INT")
                    .ended(130);
            assertTrue(said.contains("set-aside-1"), said);
        }
    }

    @Test
    void twoProcessesCannotWorkOnOneRun() throws Exception {
        try (Command command = new Command("train", folder.resolve("train.yaml").toString(), "--out", out())) {
            command.until("train ");
            assertMisused(out() + ": process " + command.process.pid() + " of ", "train", "--resume", out());
            assertMisused(" is working on this run; wait until it ends", "train",
                    folder.resolve("train.yaml").toString(), "--out", out(), "--resume", "auto");
            command.signal("KILL").ended(137);
        }
        try (Command command = new Command("train", folder.resolve("train.yaml").toString(), "--out", out(), "--resume",
                "auto")) {
            command.until("train ").signal("INT").ended(130);
        }
    }

    @Test
    void anotherCommandEndsAsTheShellExpects() throws Exception {
        try (Command command = new Command("eval", folder.resolve("train.yaml").toString(), "--set",
                "eval.problems=100000", "--out", out())) {
            command.until("backend ").signal("INT").ended(130);
        }
        try (Stream<Path> files = Files.list(Path.of(out()))) {
            assertFalse(files.anyMatch(file -> file.getFileName().toString().equals("summary.json")));
        }
    }

    /** Whether the signal comes while the folder is written, or right after. */
    @Test
    void nothingHalfWrittenIsLeft() throws Exception {
        Path target = folder.resolve("exported");
        try (Command command = new Command("export", folder.resolve("model").toString(), target.toString())) {
            while (command.process.isAlive() && hidden().isEmpty()) {
                TimeUnit.MICROSECONDS.sleep(200);
            }
            command.signal("TERM");
            command.process.waitFor();
        }
        assertEquals(List.of(), hidden());
    }

    private List<String> hidden() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.startsWith(".exported"))
                    .toList();
        }
    }

    @Test
    void theCommandLineIsCheckedFirst() throws Exception {
        String recipe = folder.resolve("train.yaml").toString();
        assertMisused("--resume x goes on by the run's own recipe; leave " + recipe + " out", "train", recipe,
                "--resume", "x");
        assertMisused("missing required parameter: 'RECIPE'; or give --resume RUN", "train");
        assertMisused("x: is neither the folder of a run nor a checkpoint in one", "train", "--resume", "x");
        assertMisused("--resume auto needs the folder that the run begins in", "train", recipe, "--resume", "auto");
    }

    private static void assertMisused(String part, String... arguments) throws Exception {
        java.io.StringWriter err = new java.io.StringWriter();
        int code = Main.run(new java.io.PrintWriter(new java.io.StringWriter()), new java.io.PrintWriter(err, true),
                arguments);
        assertEquals(ExitCode.USAGE.code(), code, err::toString);
        assertTrue(err.toString().contains(part), err::toString);
    }
}
