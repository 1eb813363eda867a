package org.catrl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.catrl.record.RecordedLines;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rubric route as a command: rubric writer and judge behind an endpoint. */
class RubricRunTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final AtomicInteger asked = new AtomicInteger();
    private HttpServer server;
    private Function<String, String> reply = RubricRunTest::sensible;

    @TempDir
    Path folder;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/chat/completions", exchange -> {
            try (exchange) {
                asked.incrementAndGet();
                String prompt = JSON.readTree(exchange.getRequestBody()).at("/messages/0/content").asText();
                var root = JSON.createObjectNode();
                root.putArray("choices").addObject().putObject("message").put("content", reply.apply(prompt));
                byte[] bytes = root.toString().getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        });
        server.start();
        TinyModel.write(folder.resolve("model"));
        String endpoint = "{to: endpoint, base_url: 'http://localhost:" + server.getAddress().getPort()
                + "/v1', model: m}";
        Files.writeString(folder.resolve("recipe.yaml"), """
                model: model
                backend: cpu
                threads: 1
                max_steps: 3
                prompts_per_step: 2
                save_steps: 1
                data: {source: arithmetic, seed: 3}
                sampling: {max_completion_length: 12}
                answer: {format: text}
                synthesis: {template: {prefix: R, separator: R, suffix: S, truncated: ""}, max_completion_length: 12}
                grpo: {num_generations: 4}
                optimizer: {learning_rate: 0.01}
                rewards: [{kind: rubric}, {kind: length_penalty, weight: 0.5, limit: 3}]
                rubric: {criteria: 3, fewest: 2, check_reference: false}
                judge: {attempts: 2, failure_limit: 0.3}
                roles: {rubric_writer: %s, judge: %s}
                eval: {problems: 0}
                """.formatted(endpoint, endpoint));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    /** Judges by whether the response holds the digit that the criterion names. */
    private static String sensible(String prompt) {
        if (!prompt.contains("Criterion: ")) {
            return "<rubric><criterion>Has a 1.</criterion><criterion>Has a 2.</criterion>"
                    + "<criterion>Has a 7.</criterion></rubric>";
        }
        String response = prompt.replaceAll("(?s).*\\n\\[[0-9a-f]+\\]\\n(.*)\\n\\[/.*", "$1");
        String digit = prompt.replaceAll("(?s).*Criterion: Has a (\\d).*", "$1");
        return "<verdict>" + (response.contains(digit) ? "yes" : "no") + "</verdict>";
    }

    private int run(StringWriter err, String... more) {
        String[] arguments = new String[more.length + 4];
        System.arraycopy(more, 0, arguments, 4, more.length);
        arguments[0] = "train";
        arguments[1] = folder.resolve("recipe.yaml").toString();
        arguments[2] = "--out";
        arguments[3] = folder.resolve("out").toString();
        return Main.run(new PrintWriter(new StringWriter()), new PrintWriter(err, true), arguments);
    }

    @Test
    void rewardsRestOnVerdictsThatAreAllRecorded() throws IOException {
        StringWriter err = new StringWriter();
        assertEquals(0, run(err), err.toString());
        List<String> metrics = RecordedLines.metrics(folder.resolve("out"));
        JsonNode first = JSON.readTree(metrics.get(0));
        assertEquals(3, first.get("rubric/size").asDouble());
        assertEquals(0, first.get("judge/failures").asDouble());
        assertTrue(first.get("judge/calls").asDouble() > 0 && first.has("judge/latency_p95"));
        assertTrue(first.get("rewards/length_penalty/mean").asDouble() < 0);
        int checked = 0;
        for (String line : RecordedLines.groups(folder.resolve("out"))) {
            for (JsonNode rollout : JSON.readTree(line).get("rollouts")) {
                String text = rollout.get("text").asText();
                double share = List.of("1", "2", "7").stream().filter(text::contains).count() / 3.0;
                double penalty = rollout.get("tokens").asInt() > 3 ? -0.5 : 0;
                assertEquals(share + penalty, rollout.get("reward").asDouble(), 1e-9, line);
                assertTrue(rollout.get("evidence").asText().contains("Has a 7. <- <verdict>"));
                checked++;
            }
        }
        assertEquals(3 * 2 * 4, checked);
        assertTrue(Files.size(folder.resolve("out/responses.jsonl")) > 0);
    }

    /** With the endpoint gone: what it said is in the run's folder. */
    @Test
    void everyVerdictIsExplainedAndAStepCanBeMadeAgainWithoutAskingAgain() throws IOException {
        StringWriter err = new StringWriter();
        assertEquals(0, run(err), err.toString());
        server.stop(0);
        StringWriter out = new StringWriter();
        String record = folder.resolve("out").toString();
        assertEquals(0, Main.run(new PrintWriter(out), new PrintWriter(err), "explain", record, "--step", "2",
                "--prompt", "1"), err.toString());
        String text = out.toString();
        assertTrue(text.contains("rubric: 3 criteria written, 0 left out as duplicates"), text);
        assertTrue(text.matches("(?s).*\n1 Has a 1\\. +1\\.00 +- +(yes|no) +(yes|no) +(yes|no) +(yes|no)\n.*"), text);
        assertTrue(text.matches("(?s).*\ncriterion 3: (yes|no)\n  <verdict>\\1</verdict>\n.*"), text);
        assertTrue(text.matches("(?s).*\nrubric: [0-9.]+ x 1\\.000\nlength_penalty: [-0-9.]+ x 0\\.5000\n.*"), text);
        int before = asked.get();
        assertEquals(0, Main.run(new PrintWriter(out), new PrintWriter(err), "replay", record, "--step", "3"),
                out + err.toString());
        assertTrue(out.toString().contains("is the recorded one to the bit: 2 prompts"), out.toString());
        assertEquals(before, asked.get());
    }

    @Test
    void aJudgeThatTalksNonsenseStopsTheRunAndLosesNothing() throws IOException {
        int[] questions = {0};
        reply = prompt -> prompt.contains("Criterion: ") && questions[0]++ > 60 ? "well, it depends" : sensible(prompt);
        StringWriter err = new StringWriter();
        assertEquals(ExitCode.STOPPED.code(), run(err), err.toString());
        assertTrue(err.toString().contains("the judge gave no verdict on")
                && err.toString().contains("failure_limit"), err.toString());
        int steps = RecordedLines.metrics(folder.resolve("out")).size();
        assertTrue(steps >= 1 && steps < 3, steps + " steps");
        assertTrue(Files.exists(folder.resolve("out/checkpoint-" + steps + "/model.safetensors")));
    }

    @Test
    void aMissingKeyIsNamedBeforeAnythingIsAsked() throws IOException {
        StringWriter err = new StringWriter();
        assertEquals(ExitCode.USAGE.code(), run(err, "--set", "roles.judge.api_key_env=CATRL_NO_SUCH_KEY"));
        assertTrue(err.toString().contains("roles.judge.api_key_env is CATRL_NO_SUCH_KEY"), err.toString());
        assertEquals(0, asked.get());
        assertFalse(Files.exists(folder.resolve("out/model")));
    }

    @Test
    void theDatasOwnRubricsAreLearnedFromOnlyWhereThatIsAllowed() throws IOException {
        Files.writeString(folder.resolve("health.jsonl"),
                "{\"prompt\": [{\"role\": \"user\", \"content\": \"Q1+2=\"}], "
                + "\"rubrics\": [{\"criterion\": \"Has a 1.\", \"points\": 4}, "
                + "{\"criterion\": \"Has a 2.\", \"points\": -2}]}\n");
        String[] oracle = {"--set", "rewards=[{kind: given_rubric}]", "--set",
            "data={source: jsonl, schema: healthbench, train: " + folder.resolve("health.jsonl") + "}"};
        StringWriter refused = new StringWriter();
        assertEquals(ExitCode.USAGE.code(), run(refused, oracle));
        assertTrue(refused.toString().contains("allow_gold is false"), refused.toString());
        StringWriter err = new StringWriter();
        String[] allowed = Arrays.copyOf(oracle, 6);
        allowed[4] = "--set";
        allowed[5] = "allow_gold=true";
        assertEquals(0, run(err, allowed), err.toString());
        for (String line : RecordedLines.groups(folder.resolve("out"))) {
            for (JsonNode rollout : JSON.readTree(line).get("rollouts")) {
                String text = rollout.get("text").asText();
                assertEquals((text.contains("1") ? 1 : 0) - (text.contains("2") ? 0.5 : 0),
                        rollout.get("reward").asDouble(), 1e-9);
            }
        }
    }

    @Test
    void aLocalModelJudgesByWhatItWouldSay() throws IOException {
        StringWriter err = new StringWriter();
        assertEquals(0, run(err, "--set", "roles.judge={to: anchor}", "--set", "judge={method: likelihood, "
                + "template: {prefix: Q, separator: R, suffix: S, yes: '1', no: '2'}}"), err.toString());
        List<String> metrics = RecordedLines.metrics(folder.resolve("out"));
        assertEquals(0, JSON.readTree(metrics.get(0)).get("judge/failures").asDouble());
        assertTrue(String.join("\n", RecordedLines.groups(folder.resolve("out"))).contains("log p(1) - log p(2) = "));
    }

    @Test
    void anotherLocalModelMayJudge() throws IOException {
        StringWriter err = new StringWriter();
        assertEquals(0, run(err, "--set", "roles.judge={to: model, model: model}", "--set", "judge.failure_limit=1"),
                err.toString());
        JsonNode first = JSON.readTree(RecordedLines.metrics(folder.resolve("out")).get(0));
        assertEquals(1, first.get("judge/failures").asDouble(), "random weights say nothing");
    }
}
