package org.catrl.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.catrl.record.RecordedLines;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands from end to end, on a model of a few thousand parameters. */
class CommandsTest {
    private static final String COMMON = """
            model: model
            backend: cpu
            threads: 1
            data: {source: arithmetic, seed: 3}
            sampling: {max_completion_length: 40}
            answer: {format: pattern, pattern: '#(\\d+)', strict: true}
            synthesis: {template: {prefix: R, separator: R, suffix: S, truncated: ""}, max_completion_length: 40}
            eval: {problems: 6, samples: 4, repairs: 3, probe_problems: 3, every: 1}
            """;

    @TempDir
    Path folder;

    @BeforeEach
    void makeModel() throws IOException {
        TinyModel.write(folder.resolve("model"));
        Files.writeString(folder.resolve("train.yaml"), COMMON + """
                max_steps: 2
                prompts_per_step: 2
                grpo: {num_generations: 4}
                """);
        Files.writeString(folder.resolve("sft.yaml"), COMMON + """
                corpus: {seed: 1, slip: 0.1, shared_slip: 0.3}
                stages: [{steps: 2, solve: 2, synthesise: 1, fewest: 2, most: 3}]
                """);
    }

    @Test
    void trainRecordsTheRunAndSavesAModelThatCanBeUsed() throws IOException {
        String text = run("train", folder.resolve("train.yaml").toString(), "--out", folder.resolve("out").toString());
        assertTrue(text.startsWith("backend cpu: "), text);
        assertTrue(text.contains("train 2/2  reward "), text);
        assertTrue(text.matches("(?s).*6 held-out problems +before +after\n.*accuracy, greedy +\\d.*"), text);
        Path out = folder.resolve("out");
        List<String> metrics = RecordedLines.metrics(out);
        assertEquals(2, metrics.size());
        for (String name : List.of("reward", "cat/abstained", "timing_s/rollout", "perf/tokens_per_second",
                "eval_label_accuracy", "sampling/token_mult_prob_error")) {
            assertTrue(metrics.get(0).contains("\"" + name + "\":"), metrics.get(0));
        }
        assertEquals(4, RecordedLines.groups(out).size());
        assertTrue(Files.readString(out.resolve("recipe.yaml")).contains("learning_rate: "));
        assertTrue(Files.readString(out.resolve("summary.json")).contains("\"sha256\""));
        for (String name : List.of("config.json", "tokenizer.json", "generation_config.json", "model.safetensors")) {
            assertTrue(Files.exists(out.resolve("model").resolve(name)), name);
        }
        assertEquals(Files.readString(folder.resolve("model/generation_config.json")),
                Files.readString(out.resolve("model/generation_config.json")));
        run("sample", out.resolve("model").toString(), "Q1234+5678+9012=", "--max-completion-length", "5");
        String made = run("eval", out.toString());
        assertEquals(made, run("eval", out.resolve("model").toString()));
        assertTrue(made.contains("6 held-out problems"), made);
    }

    @Test
    void noStepLeavesMemoryBehind() throws IOException {
        run("train", folder.resolve("train.yaml").toString(), "--out", folder.resolve("out").toString(), "--set",
                "max_steps=30", "--set", "eval.problems=0", "--set", "eval.every=0", "--set", "aggregator=majority",
                "--set", "answer.pattern=(.)");
        List<String> metrics = RecordedLines.metrics(folder.resolve("out"));
        assertEquals(number(metrics.get(2), "memory/ledger_bytes"), number(metrics.get(29), "memory/ledger_bytes"));
        assertTrue(number(metrics.get(29), "grad_norm") > 0, "the steps must have learned something");
        assertTrue(number(metrics.get(29), "memory/resident_bytes") > number(metrics.get(29), "memory/ledger_bytes"));
    }

    @Test
    void klInTheRewardIsLoggedAndStartsAtZero() throws IOException {
        run("train", folder.resolve("train.yaml").toString(), "--out", folder.resolve("kl").toString(), "--set",
                "max_steps=3", "--set", "eval.problems=0", "--set", "eval.every=0", "--set", "grpo.beta=0.01", "--set",
                "grpo.kl_placement=reward", "--set", "grpo.kl_estimator=k3", "--set", "optimizer.learning_rate=1e-2",
                "--set", "aggregator=majority", "--set", "answer.pattern=(.)");
        List<String> metrics = RecordedLines.metrics(folder.resolve("kl"));
        assertEquals(0, number(metrics.get(0), "kl"));
        assertTrue(number(metrics.get(2), "kl") > 0);
    }

    private static double number(String line, String name) throws IOException {
        return new ObjectMapper().readTree(line).get(name).asDouble();
    }

    @Test
    void sftTrainsFromRandomWeightsByTheSeed() throws IOException {
        String text = run("sft", folder.resolve("sft.yaml").toString(), "--out", folder.resolve("a").toString());
        assertTrue(text.startsWith("backend cpu: ") && text.contains("sft 2/2  loss "), text);
        run("sft", folder.resolve("sft.yaml").toString(), "--out", folder.resolve("b").toString());
        run("sft", folder.resolve("sft.yaml").toString(), "--out", folder.resolve("c").toString(), "--seed", "5");
        assertArrayEquals(weights("a"), weights("b"));
        assertFalse(Arrays.equals(weights("a"), weights("c")));
    }

    @Test
    void anAdapterIsTrainedOnAFileUsedAndMerged() throws IOException {
        Files.writeString(folder.resolve("examples.jsonl"), "{\"prompt\": \"Q1+2=\", \"completion\": \"#3.\"}\n");
        Files.writeString(folder.resolve("adapt.yaml"), COMMON + """
                examples: {file: examples.jsonl, batch_size: 2, max_steps: 30}
                optimizer: {learning_rate: 0.05}
                lora: {r: 4, lora_alpha: 8, target_modules: [q_proj, v_proj, up_proj, down_proj]}
                """);
        String text = run("sft", folder.resolve("adapt.yaml").toString(), "--out", folder.resolve("run").toString());
        assertFalse(text.contains("held-out problems"), text);
        Path adapter = folder.resolve("run/model");
        assertTrue(Files.exists(adapter.resolve("adapter_model.safetensors")));
        assertEquals("#3.", sampled(adapter));
        assertNotEquals("#3.", sampled(folder.resolve("model")));
        Path merged = folder.resolve("merged");
        run("export", adapter.toString(), merged.toString());
        assertEquals("#3.", sampled(merged));
        run("export", merged.toString(), folder.resolve("half").toString(), "--dtype", "bfloat16");
        assertEquals("#3.", sampled(folder.resolve("half")));
        assertTrue(Files.size(folder.resolve("half/model.safetensors"))
                < 0.6 * Files.size(merged.resolve("model.safetensors")));
        assertTrue(Files.readString(folder.resolve("half/config.json")).contains("\"bfloat16\""));
    }

    @Test
    void supervisedExamplesAreMeasuredOnProblemsOfTheirOwn() throws IOException {
        Files.writeString(folder.resolve("examples.jsonl"), "{\"prompt\": \"Q1+2=\", \"completion\": \"#3.\"}\n");
        Files.writeString(folder.resolve("held.jsonl"), "{\"prompt\": \"Q1+2=\", \"answer\": \"3\"}\n");
        Files.writeString(folder.resolve("learn.yaml"), COMMON.replaceFirst("data: .*",
                "data: {source: jsonl, held_out: held.jsonl}") + """
                examples: {file: examples.jsonl, batch_size: 2, max_steps: 30}
                optimizer: {learning_rate: 0.01}
                """);
        String text = run("sft", folder.resolve("learn.yaml").toString(), "--out", folder.resolve("run").toString(),
                "--set", "answer.pattern='#(.)'");
        assertTrue(text.contains("1 held-out problem "), text);
        assertTrue(text.matches("(?s).*accuracy, greedy +1\\.000.*"), text);
    }

    @Test
    void aConversationIsWrittenByTheModelsTemplate() throws IOException {
        Files.writeString(folder.resolve("model/chat_template.jinja"), "{% for m in messages %}{{ m.content }}"
                + "{% endfor %}{{ mark if mark is defined }}=");
        String[] quick = {"--temperature", "0", "--max-completion-length", "9", "--backend", "cpu"};
        assertEquals(answered("Q12+7=", "--no-chat", quick), answered("Q12+7", "--chat", quick));
        assertEquals(answered("Q12+7=", "--no-chat", quick), answered("7", "--system=Q12+", quick));
        assertEquals(answered("Q12+7.=", "--no-chat", quick), answered("Q12+7", "--template-var=mark=.", quick));
        assertEquals(answered("Q12+7", "--chat", quick), answered("Q12+7", "--top-k=3", quick));
        Files.delete(folder.resolve("model/chat_template.jinja"));
        StringWriter err = new StringWriter();
        assertEquals(ExitCode.USAGE.code(), Main.run(new PrintWriter(err), new PrintWriter(err, true), "sample",
                folder.resolve("model").toString(), "Q", "--system", "S"));
        assertTrue(err.toString().contains("want a chat template"), err.toString());
    }

    @Test
    void aFileIsSplitAndItsPromptsArePutIntoTheChatTemplate() throws IOException {
        Files.writeString(folder.resolve("model/chat_template.jinja"), "Q{% for m in messages %}{{ m.content }}+"
                + "{% endfor %}{{ last }}=");
        StringBuilder rows = new StringBuilder();
        for (int i = 10; i < 50; i++) {
            rows.append("{\"problem\": \"").append(i).append("\", \"answer\": ").append(i).append("}\n");
        }
        Files.writeString(folder.resolve("problems.jsonl"), rows);
        Files.writeString(folder.resolve("chat.yaml"), COMMON.replaceFirst("data: .*", "data: {source: jsonl, train: "
                + "problems.jsonl, schema: math, template: '{prompt}+1', split: {validation: 0.2, test: 0.3}}") + """
                max_steps: 2
                prompts_per_step: 2
                grpo: {num_generations: 4}
                chat: {system: "3", variables: {last: 7}}
                """);
        String text = run("train", folder.resolve("chat.yaml").toString(), "--out", folder.resolve("out").toString());
        assertTrue(text.contains("6 held-out problems"), text);
        String groups = String.join("\n", RecordedLines.groups(folder.resolve("out")));
        assertTrue(groups.contains("+1\""), groups);
        StringWriter err = new StringWriter();
        Files.delete(folder.resolve("model/chat_template.jinja"));
        assertEquals(ExitCode.MODEL.code(), Main.run(new PrintWriter(err), new PrintWriter(err, true), "train",
                folder.resolve("chat.yaml").toString(), "--out", folder.resolve("again").toString()), err.toString());
        assertTrue(err.toString().contains("it has no chat template"), err.toString());
    }

    @Test
    void promptsAreAnsweredByAggregatingAtTestTime() throws IOException {
        Files.writeString(folder.resolve("prompts.jsonl"), "{\"prompt\": \"Q1+2=\"}\n{\"prompt\": \"Q3+4=\"}\n");
        String[] arguments = {"aggregate", folder.resolve("train.yaml").toString(),
            folder.resolve("prompts.jsonl").toString(), "--output", folder.resolve("out.jsonl").toString(),
            "--set", "aggregator=majority", "--set", "answer.pattern=(.)"};
        String text = run(arguments);
        assertTrue(text.contains("2 references, 0 abstained; tokens a prompt: "), text);
        List<String> lines = Files.readAllLines(folder.resolve("out.jsonl"));
        JsonNode first = new ObjectMapper().readTree(lines.get(0));
        assertEquals("Q1+2=", first.get("prompt").asText());
        assertEquals("majority", first.get("source").asText());
        assertEquals(1, first.get("answer").asText().length());
        assertTrue(first.get("rollout_tokens").asInt() >= 4 && lines.size() == 2);
        StringWriter err = new StringWriter();
        assertEquals(ExitCode.USAGE.code(), Main.run(new PrintWriter(err), new PrintWriter(err, true), arguments));
        assertTrue(err.toString().contains("is there already"), err.toString());
    }

    /** A pattern that tries a hundred thousand ways on four letters. */
    @Test
    void answersThatWereGivenUpOnAreTold() throws IOException {
        Files.writeString(folder.resolve("prompts.jsonl"), "{\"prompt\": \"Q1+2=\"}\n");
        String pattern = "answer.pattern='" + ".?".repeat(100) + "(%)'";
        for (String text : List.of(
                run("compare", folder.resolve("train.yaml").toString(), "--set", "eval.problems=3", "--set", pattern,
                        "--aggregators", "majority"),
                run("aggregate", folder.resolve("train.yaml").toString(), folder.resolve("prompts.jsonl").toString(),
                        "--output", folder.resolve("costly.jsonl").toString(), "--set", "aggregator=majority", "--set",
                        pattern))) {
            assertTrue(text.contains(" too long or too costly to read or compare; "), text);
        }
    }

    @Test
    void allAggregatorsAreComparedOnTheSameRollouts() {
        String text = run("compare", folder.resolve("train.yaml").toString(), "--set", "eval.problems=3", "--set",
                "answer.pattern=(.)", "--aggregators", "majority,synthesis,mutual_predictability");
        assertTrue(text.contains("3 problems, 4 rollouts each"), text);
        assertTrue(text.matches("(?s).*majority +\\d\\.\\d{3} \\+- .*synthesis .*mutual_predictability .*"), text);
    }

    @Test
    void theFormerNameOfAnOptionIsTakenButNotShown() {
        String text = run("compare", folder.resolve("train.yaml").toString(), "--set", "eval.problems=3", "--set",
                "answer.pattern=(.)", "--teachers", "majority,single_sample");
        assertTrue(text.contains("majority ") && !text.contains("synthesis"), text);
        String help = run("compare", "--help");
        assertTrue(help.contains("--aggregators") && !help.contains("--teachers"), help);
    }

    private String answered(String prompt, String option, String... options) {
        List<String> arguments = new ArrayList<>(List.of("sample", folder.resolve("model").toString(), "--prompt",
                prompt, option));
        arguments.addAll(List.of(options));
        return run(arguments.toArray(String[]::new));
    }

    /** The story it tells is that of transformers, from the folder as it is. */
    @Test
    void aSmallTrainedModelTellsItsGoldenStory() throws IOException {
        Path stories = Path.of("../../../shared/data/models/tinystories-656k");
        assumeTrue(Files.exists(stories), "skipped: " + stories.toAbsolutePath().normalize() + " is not there");
        for (JsonNode story : new ObjectMapper().readTree(stories.resolve("golden.json").toFile()).get("generations")) {
            if (story.get("min_top1_top2_gap").doubleValue() < 1e-3) {
                continue; // a rounding could tell it otherwise
            }
            String told = run("sample", stories.toString(), "--prompt", story.get("prompt").asText(),
                    "--temperature", "0", "--max-completion-length",
                    String.valueOf(story.get("greedy_ids").size()), "--backend", "cpu");
            assertTrue(story.get("greedy_text").asText().contains(told.strip()), told);
        }
    }

    private static String sampled(Path model) {
        return run("sample", model.toString(), "Q1+2=", "--temperature", "0", "--max-completion-length", "8",
                "--backend", "cpu").strip();
    }

    @Test
    void evalMeasuresTheRecipesModel() {
        String text = run("eval", folder.resolve("train.yaml").toString(), "--set", "eval.problems=3");
        assertTrue(text.contains("3 held-out problems") && text.contains("aggregator repairs a slip"), text);
    }

    /** What a command prints last is not lost in a writer's buffer. */
    @Test
    void everythingIsWrittenBeforeTheProcessEnds() {
        StringWriter text = new StringWriter();
        PrintWriter buffered = new PrintWriter(new BufferedWriter(text), true);
        assertEquals(0, Main.run(buffered, buffered, "eval", folder.resolve("train.yaml").toString(), "--set",
                "eval.problems=3"), text.toString());
        assertTrue(text.toString().contains("aggregator repairs a slip"), text.toString());
    }

    @Test
    void theSameSeedSamplesTheSameText() {
        assertEquals(sample("--seed", "7"), sample("--seed", "7", "--threads", "2"));
        assertNotEquals(sample("--seed", "7"), sample("--seed", "8"));
        assertEquals(3, sample("--samples", "3").lines().count());
    }

    private String sample(String... options) {
        List<String> arguments = new ArrayList<>(List.of("sample", folder.resolve("model").toString(), "Q1=",
                "--backend", "cpu", "--max-completion-length", "20"));
        arguments.addAll(List.of(options));
        return run(arguments.toArray(String[]::new));
    }

    private byte[] weights(String run) throws IOException {
        return Files.readAllBytes(folder.resolve(run).resolve("model/model.safetensors"));
    }

    private static String run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        assertEquals(0, Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments), err.toString());
        return out.toString();
    }
}
