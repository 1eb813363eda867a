package org.catrl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.catrl.guard.GuardReport;
import org.catrl.record.RecordedLines;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What commands say of their runs: lines, the end alone, or JSON. */
class OutputTest {
    private static final String COMMON = """
            model: model
            backend: cpu
            threads: 1
            data: {source: arithmetic, seed: 3}
            sampling: {max_completion_length: 20}
            answer: {format: pattern, pattern: '#(\\d+)', strict: true}
            synthesis: {template: {prefix: R, separator: R, suffix: S, truncated: ""}, max_completion_length: 20}
            eval: {problems: 2, samples: 2, repairs: 1, probe_problems: 1}
            """;

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void makeModel() throws IOException {
        TinyModel.write(folder.resolve("model"));
        Files.writeString(folder.resolve("train.yaml"), COMMON + """
                max_steps: 2
                save_steps: 2
                prompts_per_step: 2
                grpo: {num_generations: 2}
                """);
        Files.writeString(folder.resolve("sft.yaml"), COMMON + """
                corpus: {seed: 1, slip: 0.1, shared_slip: 0.3}
                stages: [{steps: 3, solve: 2, synthesise: 1, fewest: 2, most: 3}]
                """);
    }

    private int run(String command, String... options) {
        List<String> arguments = new ArrayList<>(List.of(command,
                folder.resolve(command.equals("sft") ? "sft.yaml" : "train.yaml").toString()));
        arguments.addAll(List.of(options));
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments.toArray(String[]::new));
    }

    private String out(String run) {
        return folder.resolve(run).toString();
    }

    /** The lines of the output by their events, every one of which must be a JSON object. */
    private Map<String, List<JsonNode>> events() throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : out.toString().lines().toList()) {
            lines.add(new ObjectMapper().readTree(line));
        }
        assertEquals("start", lines.get(0).get("event").asText());
        assertEquals("end", lines.get(lines.size() - 1).get("event").asText());
        return lines.stream().collect(Collectors.groupingBy(line -> line.get("event").asText()));
    }

    @Test
    void everyStepHasALineWithTheTimeThatIsLeft() {
        assertEquals(0, run("train", "--out", out("a"), "--set", "eval.problems=0"), err.toString());
        assertTrue(out.toString().matches("(?s).*\ntrain 1/2  reward .*  \\d+ tok/s  eta \\d+s\n.*"), out.toString());
        assertTrue(out.toString().matches("(?s).*\ntrain 2/2  reward [^\n]*  \\d+ tok/s\n.*"), out.toString());
        assertTrue(out.toString().contains("\ntrained 2 steps in "), out.toString());
        assertEquals(0, run("train", "--out", out("b"), "--set", "eval.problems=0", "--set", "max_steps=1"));
        assertTrue(out.toString().contains("\ntrained 1 step in "), out.toString());
    }

    @Test
    void aQuietTrainingTellsItsEnd() {
        assertEquals(0, run("train", "--quiet", "--out", out("run")), err.toString());
        assertTrue(out.toString().startsWith(System.lineSeparator() + "2 held-out problems"), out.toString());
        assertTrue(out.toString().contains("trained 2 steps in ") && out.toString().contains(out("run")));
        assertFalse(out.toString().contains("train 1/2"), out.toString());
    }

    @Test
    void aRunThatHasEndedTellsProgramsSo() throws IOException {
        assertEquals(0, run("train", "--quiet", "--out", out("run")), err.toString());
        out.getBuffer().setLength(0);
        assertEquals(0, Main.run(new PrintWriter(out, true), new PrintWriter(err, true), "train", "--json", "--resume",
                out("run")), err.toString());
        JsonNode end = new ObjectMapper().readTree(out.toString());
        assertEquals("end", end.path("event").asText());
        assertTrue(end.path("message").asText().contains("has ended after 2 steps"), out.toString());
    }

    @Test
    void otherQuietCommandsTellTheirEnds() {
        assertEquals(0, run("sft", "--quiet", "--out", out("run")), err.toString());
        assertTrue(out.toString().startsWith(System.lineSeparator() + "2 held-out problems"), out.toString());
        assertTrue(out.toString().strip().endsWith("record and model: " + out("run")), out.toString());
        out.getBuffer().setLength(0);
        assertEquals(0, run("compare", "--quiet", "--aggregators", "majority"), err.toString());
        assertTrue(out.toString().startsWith(System.lineSeparator() + "2 problems, 2 rollouts each"), out.toString());
        out.getBuffer().setLength(0);
        assertEquals(0, run("eval", "--quiet", "--out", out("eval")), err.toString());
        assertTrue(out.toString().strip().endsWith("record: " + out("eval")), out.toString());
    }

    /** The table holds what the record holds; steps are counted from 1 there. */
    @Test
    void metricsGoWhereTheRecipeSays() throws IOException {
        assertEquals(0, run("train", "--quiet", "--out", out("a"), "--set", "metrics={csv: true, tensorboard: false}",
                "--set", "eval.every=2"), err.toString());
        assertEquals(List.of("metrics.csv"), metricFiles("a"));
        List<String> rows = Files.readAllLines(folder.resolve("a/metrics.csv"));
        JsonNode second = new ObjectMapper().readTree(RecordedLines.metrics(folder.resolve("a")).get(1));
        assertEquals(second.size() - 1, rows.stream().filter(row -> row.matches("2,(?!test_).*")).count());
        for (String name : List.of("num_tokens", "eval_label_accuracy", "step_time")) {
            assertTrue(rows.contains("2," + name + "," + second.get(name).asDouble()), name + rows);
        }
        for (String evaluation : List.of("0,test_pass_accuracy,", "2,test_pass_accuracy,")) {
            assertEquals(1, rows.stream().filter(row -> row.startsWith(evaluation)).count(), evaluation + rows);
        }
        assertEquals(0, run("train", "--quiet", "--out", out("every"), "--set", "metrics={csv: true}", "--set",
                "eval.every=1"), err.toString());
        assertEquals(Set.of("0", "2"), Files.readAllLines(folder.resolve("every/metrics.csv")).stream()
                .filter(row -> row.contains(",test_")).map(row -> row.split(",")[0]).collect(Collectors.toSet()));
        assertEquals(0, run("sft", "--quiet", "--out", out("b")), err.toString());
        assertEquals(1, metricFiles("b").size());
        assertTrue(metricFiles("b").get(0).startsWith("events.out.tfevents."), metricFiles("b").toString());
        assertEquals(0, run("eval", "--quiet", "--out", out("c")), err.toString());
        assertEquals(List.of(), metricFiles("c"));
    }

    private List<String> metricFiles(String run) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(run))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.equals("metrics.csv") || name.contains("tfevents")).toList();
        }
    }

    @Test
    void anErrorIsToldWhereErrorsAre() {
        for (String way : List.of("--quiet", "--json")) {
            assertEquals(ExitCode.USAGE.code(), run("train", way, "--set", "max_steps=0"));
            assertEquals("", out.toString());
            assertTrue(err.toString().contains("max_steps is 0"), err.toString());
        }
        assertEquals(ExitCode.USAGE.code(), run("train", "--quiet", "--json"));
        assertTrue(err.toString().contains("--quiet") && err.toString().contains("mutually exclusive"),
                err.toString());
    }

    @Test
    void aTrainingIsToldToPrograms() throws IOException {
        assertEquals(0, run("train", "--json", "--out", out("run"), "--set",
                "answer.pattern='never(.)'"), err.toString());
        Map<String, List<JsonNode>> events = events();
        JsonNode start = events.get("start").get(0);
        assertTrue(start.get("backend").asText().startsWith("cpu"), start.toString());
        assertEquals(out("run"), start.get("folder").asText());
        List<JsonNode> evaluations = events.get("evaluation");
        assertEquals("before", evaluations.get(0).get("name").asText());
        assertEquals("after", evaluations.get(1).get("name").asText());
        assertTrue(evaluations.get(0).get("metrics").get("eval_label_accuracy").isNumber());
        List<JsonNode> steps = events.get("step");
        assertEquals(2, steps.size());
        assertEquals(2, steps.get(1).get("step").asInt());
        assertEquals(2, steps.get(1).get("steps").asInt());
        assertTrue(steps.get(0).get("metrics").get("step_time").isNumber());
        assertTrue(steps.get(0).get("metrics").get("reward").isNull(), "no reference, so no reward");
        assertTrue(events.get("warning").get(0).get("message").asText().contains("nothing can be learned"));
        assertEquals(out("run") + "/checkpoint-2", events.get("checkpoint").get(0).get("folder").asText());
        JsonNode end = events.get("end").get(0);
        assertEquals(2, end.get("steps").asInt());
        assertFalse(end.get("cancelled").asBoolean());
        assertEquals(64, end.get("sha256").asText().length());
        assertEquals(out("run") + "/model", end.get("model").asText());
    }

    @Test
    void aStopIsToldToPrograms() throws IOException {
        assertEquals(ExitCode.NOTHING_LEARNED.code(), run("train", "--json", "--out", out("run"), "--set",
                "max_empty_steps=1", "--set", "answer.pattern='never(.)'", "--set", "eval.problems=0"));
        JsonNode stopped = events().get("end").get(0).get("stopped");
        assertEquals("abstained", stopped.get("cause").asText());
        assertEquals("catrl: " + stopped.get("message").asText(), err.toString().strip());
    }

    @Test
    void guardsAndCheckpointsAreToldToPrograms() throws IOException {
        try (JsonOutput told = new JsonOutput(new PrintWriter(out, true))) {
            told.guard(new GuardReport(40, "guard/score", 0.5, Double.NaN, 0.75, 20, false));
            told.unwatched("why");
            told.skipped(2, "a.jsonl, line \u00e9\n");
        }
        List<String> lines = out.toString().lines().toList();
        assertEquals(3, lines.size());
        JsonNode guard = new ObjectMapper().readTree(lines.get(0));
        assertEquals("guard", guard.get("event").asText());
        assertEquals(40, guard.get("step").asInt());
        assertEquals(20, guard.get("best_step").asInt());
        assertTrue(guard.get("bound").isNull());
        assertEquals("{\"event\":\"warning\",\"message\":\"guard: this run is not watched: why\"}", lines.get(1));
        assertTrue(lines.get(2).contains("line \\u00E9\\n"), lines.get(2));
    }

    @Test
    void supervisedTrainingIsToldToPrograms() throws IOException {
        assertEquals(0, run("sft", "--json", "--out", out("run")), err.toString());
        Map<String, List<JsonNode>> events = events();
        assertEquals(3, events.get("step").size());
        assertTrue(events.get("step").get(2).get("metrics").get("loss").isNumber());
        assertEquals(1, events.get("evaluation").size());
    }

    @Test
    void evaluationsAreToldToPrograms() throws IOException {
        assertEquals(0, run("eval", "--json", "--out", out("run")), err.toString());
        JsonNode end = events().get("end").get(0);
        assertEquals(out("run"), end.get("folder").asText());
        assertTrue(end.get("metrics").get("eval_label_accuracy").isNumber());
        out.getBuffer().setLength(0);
        assertEquals(0, run("compare", "--json", "--aggregators", "majority,synthesis"), err.toString());
        JsonNode comparison = events().get("end").get(0).get("comparison");
        assertEquals(2, comparison.get("problems").asInt());
        assertEquals("synthesis", comparison.get("reports").get(1).get("name").asText());
        assertTrue(comparison.get("reports").get(0).get("right_alone").isInt());
    }
}
