package org.catrl.cli;

import static org.catrl.lm.FakeEndpoint.answer;
import static org.catrl.lm.FakeEndpoint.reply;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.catrl.lm.FakeEndpoint;
import org.catrl.record.RecordedLines;
import org.catrl.run.RunResult;
import org.catrl.run.TrainingRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs whose judge stands behind a dead endpoint, a wrong key or an address that holds a secret. */
@Tag("hostile")
@Timeout(120)
class DeadJudgeRunTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SECRET = "sk-verysecret0123456789";

    private final FakeEndpoint endpoint = new FakeEndpoint((exchange, prompt) ->
            answer(exchange, 200, reply("<verdict>yes</verdict>")));

    @TempDir
    Path folder;

    @BeforeEach
    void start() throws IOException {
        TinyModel.write(folder.resolve("model"));
        Files.writeString(folder.resolve("recipe.yaml"), """
                model: model
                backend: cpu
                threads: 1
                max_steps: 2
                prompts_per_step: 4
                data: {source: arithmetic, seed: 3}
                sampling: {max_completion_length: 12}
                answer: {format: text}
                synthesis: {template: {prefix: R, separator: R, suffix: S, truncated: ""}, max_completion_length: 12}
                grpo: {num_generations: 4}
                rewards: [{kind: judge}]
                roles: {judge: {to: endpoint, base_url: '%s', model: m, concurrency: 2, timeout_s: 1, down_after: 2}}
                eval: {problems: 0}
                """.formatted(endpoint.url()));
    }

    @AfterEach
    void stop() {
        endpoint.close();
    }

    /** What a command came to. */
    private record Ran(int code, String out, String err) { }

    private Ran train(String... more) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        return assertTimeoutPreemptively(Duration.ofSeconds(60), () -> new Ran(Main.run(new PrintWriter(out),
                new PrintWriter(err, true), arguments(more)), out.toString(), err.toString()));
    }

    private String[] arguments(String... more) {
        List<String> arguments = new ArrayList<>(List.of("train", folder.resolve("recipe.yaml").toString(), "--out",
                folder.resolve("out").toString()));
        Stream.of(more).forEach(assignment -> arguments.addAll(List.of("--set", assignment)));
        return arguments.toArray(String[]::new);
    }

    private static List<JsonNode> lines(List<String> recorded) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : recorded) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    private void assertStopped(Ran ran, String... told) throws IOException {
        assertEquals(ExitCode.STOPPED.code(), ran.code, ran.err);
        assertTrue(ran.err.startsWith("catrl: step 0: the judge gave no verdict on 100% of what it was asked"),
                ran.err);
        for (String part : told) {
            assertTrue(ran.err.contains(part), ran.err);
        }
        List<JsonNode> groups = lines(RecordedLines.groups(folder.resolve("out")));
        assertEquals(4, groups.size(), "the evidence that the message points to");
        for (JsonNode group : groups) {
            assertEquals(0, group.get("step").asInt());
            assertEquals(4, group.get("rollouts").size());
            assertFalse(group.get("reference").get("text").asText().isEmpty());
            group.get("rollouts").forEach(rollout -> {
                assertTrue(rollout.get("reward").isNull());
                assertFalse(rollout.get("evidence").asText().isBlank());
            });
        }
        assertEquals(0, lines(RecordedLines.metrics(folder.resolve("out"))).size());
        assertFalse(Files.exists(folder.resolve("out/model")));
    }

    @Test
    void aWrongKeyIsToldAtOnceWithAllThatWasAsked() throws IOException {
        endpoint.behave((exchange, prompt) -> answer(exchange, 401,
                "{\"error\": {\"message\": \"Incorrect API key\"}}"));
        assertStopped(train(), " refused (the endpoint answered with status 401: Incorrect API key)",
                " down (not asked");
        assertTrue(endpoint.asked().size() <= 4, endpoint.asked().size() + " requests");
        assertTrue(String.join("\n", RecordedLines.groups(folder.resolve("out")))
                .contains("status 401: Incorrect API key"));
    }

    @Test
    void aJudgeThatNeverAnswers() throws IOException {
        endpoint.behave((exchange, prompt) -> FakeEndpoint.hang(30_000));
        assertStopped(train(), " timeout (no answer came within 1.0 s)", " down (not asked");
    }

    @Test
    void aJudgeWithoutAnybodyThere() throws IOException {
        endpoint.close();
        assertStopped(train(), " unreachable (", " down (not asked");
    }

    @Test
    void fewFailuresAreShownAndLearnedFrom() throws IOException {
        endpoint.behave((exchange, prompt) -> answer(exchange, endpoint.asked().size() == 1 ? 400 : 200,
                reply(endpoint.asked().size() % 2 == 0 ? "<verdict>yes</verdict>" : "<verdict>no</verdict>")));
        Ran ran = train("judge.failure_limit=0.5");
        assertEquals(0, ran.code, ran.err);
        assertTrue(ran.out.contains("  no verdict: 1 status (last: the endpoint answered with status 400"), ran.out);
        List<JsonNode> metrics = lines(RecordedLines.metrics(folder.resolve("out")));
        assertEquals(1, metrics.get(0).get("judge/no_verdict/status").asInt());
        assertFalse(metrics.get(1).has("judge/no_verdict/status"));
    }

    /** What was learned is there, though the grader died while it was learned. */
    @Test
    void aGraderThatDiesCostsItsFiguresAndNoModel() throws IOException {
        Path data = Files.writeString(folder.resolve("health.jsonl"), "{\"prompt\": [{\"role\": \"user\", "
                + "\"content\": \"Q1+2=\"}], \"rubrics\": [{\"criterion\": \"Has a 1.\", \"points\": 4}]}\n");
        AtomicInteger judged = new AtomicInteger();
        endpoint.behave((exchange, prompt) -> {
            if (prompt.contains("criteria_met")) {
                answer(exchange, judged.get() == 0 ? 200 : 401, reply("{\"criteria_met\": true}"));
            } else {
                answer(exchange, 200, reply(judged.getAndIncrement() % 2 == 0 ? "<verdict>yes</verdict>"
                        : "<verdict>no</verdict>"));
            }
        });
        Ran ran = train("data={source: jsonl, schema: healthbench, train: " + data + ", held_out: " + data + "}",
                "eval={problems: 1}", "optimizer.learning_rate=0.5", "roles.grader={to: endpoint, model: m, base_url: '"
                + endpoint.url() + "'}");
        assertEquals(ExitCode.STOPPED.code(), ran.code, ran.err);
        assertTrue(ran.err.contains("the grader gave no verdict on any response, so there is no score: ")
                && ran.err.contains(" refused (the endpoint answered with status 401"), ran.err);
        assertEquals(2, lines(RecordedLines.metrics(folder.resolve("out"))).size());
        assertTrue(Files.exists(folder.resolve("out/model/model.safetensors")));
    }

    /** The judge would take an hour for this step; the run that is cancelled does not. */
    @Test
    void aCancelledRunDoesNotWaitForItsJudge() {
        TrainingRun run = TrainingRun.of(folder.resolve("recipe.yaml"), List.of("out=" + folder.resolve("out"),
                "roles.judge.timeout_s=3600", "roles.judge.deadline_s=3600"));
        endpoint.behave((exchange, prompt) -> {
            run.cancel();
            FakeEndpoint.hang(30_000);
        });
        RunResult result = assertTimeoutPreemptively(Duration.ofSeconds(30), run::run);
        assertTrue(result.cancelled());
        assertEquals(0, result.steps());
        assertTrue(Files.exists(result.model().resolve("model.safetensors")));
    }

    // what is secret

    private void assertRefused(Ran ran, String told) {
        assertEquals(ExitCode.USAGE.code(), ran.code, ran.err);
        assertTrue(ran.err.contains(told), ran.err);
        assertFalse((ran.out + ran.err).contains("verysecret"), ran.err);
        assertFalse(Files.exists(folder.resolve("out")), "nothing is written");
        assertEquals(0, endpoint.asked().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"roles.judge.base_url=http://user:" + SECRET + "@localhost/v1",
        "roles.judge.base_url=http://" + SECRET + "@localhost/v1",
        "roles.judge.base_url=http://localhost/v1?key=" + SECRET,
        "roles.judge.base_url='http://localhost/v1#" + SECRET + "'",
        "roles.judge.base_url=user:" + SECRET + "@localhost/v1",
        "roles.judge.base_url='http://user:very secret " + SECRET + "@localhost/v1'",
        "roles.judge={to: endpoint, model: m, base_url: 'http://user:" + SECRET + "@localhost/v1'}",
        "roles={judge: {to: endpoint, model: m, base_url: 'http://localhost/v1?key=" + SECRET + "'}}",
        "roles.judge={to: anchor, base_url: 'http://localhost/v1?key=" + SECRET + "'}",
        "roles.judge={to: anchor, base_url: 'http://user:" + SECRET + "@localhost/v1'}"})
    void anAddressThatHoldsASecretIsNeitherToldNorKept(String assignment) {
        assertRefused(train(assignment), "base_url ");
    }

    @Test
    void norWithItsTrace() {
        StringWriter err = new StringWriter();
        String[] arguments = arguments("roles.judge.base_url='http://user:" + SECRET + " x@localhost/v1'");
        String[] all = Stream.concat(Stream.of(arguments), Stream.of("--debug")).toArray(String[]::new);
        int code = Main.run(new PrintWriter(err), new PrintWriter(err, true), all);
        assertRefused(new Ran(code, "", err.toString()), "base_url is no address");
        assertTrue(err.toString().contains("\tat org.catrl"), "with its trace");
    }

    @ParameterizedTest
    @ValueSource(strings = {"roles.judge.api_key_env=" + SECRET, "roles.judge.api_key=" + SECRET,
        "roles.judge.api_key_env=sk_verysecret0123456789", "api_token=" + SECRET})
    void aKeyInTheRecipeIsNeitherToldNorKept(String assignment) {
        assertRefused(train(assignment), "key");
    }

    /** The command with a key in its environment, for which it takes a process of its own. */
    private Ran trainWithKey(String key) throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> command = new ArrayList<>(List.of(java.toString(), "-cp", System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments("roles.judge.api_key_env=JUDGE_KEY")));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("JUDGE_KEY", key);
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        return new Ran(process.exitValue(), "", out);
    }

    @Test
    void aKeyThatCannotBeSentIsNotToldAndNothingIsBegun() throws Exception {
        assertRefused(trainWithKey(SECRET + "\n" + SECRET), "roles.judge.api_key_env is JUDGE_KEY: this environment "
                + "variable holds no key that can be sent: its character " + (SECRET.length() + 1) + " of "
                + (2 * SECRET.length() + 1) + " is U+000A (LINE FEED (LF))");
    }

    /** An endpoint that repeats the key, as an error first and then in its answers. */
    @Test
    void aKeyIsInNoFileAndOnNoTerminal() throws Exception {
        endpoint.behave((exchange, prompt) -> {
            String key = exchange.getRequestHeaders().getFirst("Authorization");
            answer(exchange, prompt.length() % 2 == 0 ? 400 : 200, reply("I heard " + key));
        });
        Ran ran = trainWithKey(SECRET);
        assertEquals(ExitCode.STOPPED.code(), ran.code, ran.err);
        StringBuilder all = new StringBuilder(ran.err);
        try (Stream<Path> files = Files.walk(folder.resolve("out"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        assertTrue(ran.err.contains("I heard Bearer [key]"), ran.err);
        assertFalse(all.toString().contains("verysecret"), all.toString());
    }
}
