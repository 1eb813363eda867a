package org.catrl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.catrl.record.RecordedLines;
import org.catrl.record.RunReader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be asked of a run's record: why, whether again, and what if. */
class RecordCommandsTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path folder;

    @BeforeEach
    void makeRun() throws IOException {
        TinyModel.write(folder.resolve("model"));
        Files.writeString(folder.resolve("train.jsonl"), IntStream.range(0, 8)
                .mapToObj(i -> "{\"prompt\": \"Q" + i + "+1=\", \"answer\": \"" + (i + 1) + "\"}\n")
                .collect(Collectors.joining()));
        Files.writeString(folder.resolve("recipe.yaml"), """
                model: model
                backend: cpu
                threads: 1
                max_steps: 3
                prompts_per_step: 3
                num_votes: 6
                record: {groups_per_step: 2}
                grpo: {num_generations: 4}
                optimizer: {learning_rate: 1e-2, lr_scheduler_type: constant}
                sampling: {max_completion_length: 12}
                answer: {format: pattern, pattern: '(\\d)', strict: true}
                synthesis:
                  {template: {prefix: R, separator: R, suffix: S, truncated: ""}, temperature: 1,
                   max_completion_length: 12}
                data: {source: jsonl, train: train.jsonl}
                eval: {problems: 0}
                """);
        assertEquals(0, run("train", folder.resolve("recipe.yaml").toString(), "--out", record()), err.toString());
    }

    private String record() {
        return folder.resolve("run").toString();
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
    }

    private void assertSays(String part) {
        assertTrue(out.toString().contains(part), out + err.toString());
    }

    private void assertRefused(ExitCode code, String part, String... arguments) {
        assertEquals(code.code(), run(arguments), out + err.toString());
        assertTrue(err.toString().contains(part), err.toString());
    }

    @Test
    void aStepIsExplained() {
        assertEquals(0, run("explain", record()), err.toString());
        assertSays("step 3 of train: 3 prompts");
        assertEquals(0, run("explain", record(), "--step", "1", "--prompt", "2"), err.toString());
        assertSays("step 1, prompt 2 (id ");
        assertSays("drawn by the weights after 0 optimizer steps");
        assertSays("rollout 6: reward none, advantage +0.0000");
        assertSays("voted; nothing was learned from it");
        assertEquals(0, run("explain", record(), "--step", "1", "--prompt", "2", "--rollout", "4"), err.toString());
        assertSays("rollout 4: ");
        assertFalse(out.toString().contains("rollout 3: "), out.toString());
        assertEquals(0, run("explain", record(), "--step", "1", "--prompt", "3"), err.toString());
        assertSays("(its text is not kept: record.groups_per_step)");
        assertRefused(ExitCode.USAGE, "--step is 4; " + record() + " has groups of the steps 1 to 3", "explain",
                record(), "--step", "4");
        assertRefused(ExitCode.USAGE, "--prompt is 0; there are 3 prompts of step 3, counted from 1", "explain",
                record(), "--prompt", "0");
        assertRefused(ExitCode.USAGE, "--rollout is 7; there are 6", "explain", record(), "--prompt", "1", "--rollout",
                "7");
        assertRefused(ExitCode.FILES, "there is no record", "explain", folder.toString());
    }

    /** What a model writes does not steer the terminal of who reads it. */
    @Test
    void hostileTextIsPrintedHarmlessly() throws SQLException {
        RecordedLines.change(folder.resolve("run"), "UPDATE rollout SET text = 'a' || char(27) || '[2Jb' || char(10) "
                + "|| 'line' || char(0x202e) || printf('%.*c', 100000, 'x')");
        assertEquals(0, run("explain", record(), "--prompt", "1"), err.toString());
        assertSays("  a\ufffd[2Jb\n  line\ufffdxxx");
        assertSays("more characters)");
        assertTrue(out.toString().length() < 20_000, out.toString().length() + " characters");
        assertEquals(0, run("explain", record(), "--prompt", "1", "--rollout", "1"), err.toString());
        assertTrue(out.toString().length() > 100_000, "one rollout is printed in full");
    }

    @Test
    void everyStepIsMadeAgainToTheBitAndADifferenceIsFound() throws SQLException, IOException {
        for (String step : new String[] {"1", "3"}) {
            assertEquals(0, run("replay", record(), "--step", step, "--threads", "2"), out + err.toString());
            assertSays("made again from the initial weights, is the recorded one to the bit: 3 prompts");
        }
        RecordedLines.change(folder.resolve("run"), "UPDATE rollout SET reward = reward + 1e-15, text = 'x' WHERE "
                + "position = 1 AND group_id = (SELECT id FROM sampled_group WHERE step = 2 AND position = 1)");
        RecordedLines.change(folder.resolve("run"), "UPDATE metric SET value = value + 1e-12 WHERE name = 'entropy'");
        assertRefused(ExitCode.SELFTEST, "step 3, made again from the initial weights, differs from the record",
                "replay", record(), "--step", "3");
        assertSays("prompt 2, rollout 2: text, ");
        assertSays("metrics: entropy\n");
        assertRefused(ExitCode.USAGE, "holds no groups of step 9", "replay", record(), "--step", "9");
        Files.writeString(folder.resolve("train.jsonl"), "{\"prompt\": \"Q1+1=\"}\n");
        assertRefused(ExitCode.USAGE, "the prompts are not those that the run began with", "replay", record(),
                "--step", "1");
    }

    @Test
    void recordedRolloutsAreScoredByOtherSettings() {
        assertEquals(0, run("rescore", record()), err.toString());
        assertSays("6 groups, 3 more whose rollouts are not kept\nreferences: 0 say something else (0.0%)");
        assertSays("advantages of another sign 0.0%");
        assertEquals(0, run("rescore", record(), "--set", "aggregator=majority", "--set",
                "rewards=[{kind: length_penalty, limit: 3, penalty: -2}]"), err.toString());
        assertSays("-2.000");
        assertRefused(ExitCode.USAGE, "rescore reads no labels", "rescore", record(), "--set", "aggregator=labels");
        assertRefused(ExitCode.USAGE, "the policy of each step is not kept", "rescore", record(), "--set",
                "rewards=[{kind: self_certainty}]");
    }

    @Test
    void linesAreExportedOnceAndNothingIsOverwritten() throws IOException {
        assertEquals(0, run("export", record(), "--jsonl"), err.toString());
        assertEquals(3, Files.readAllLines(folder.resolve("run/metrics.jsonl")).size());
        assertEquals(9, Files.readAllLines(folder.resolve("run/groups.jsonl")).size());
        assertRefused(ExitCode.USAGE, "metrics.jsonl: is there already", "export", record(), "--jsonl");
        assertEquals(0, run("export", record(), "--jsonl", folder.resolve("lines").toString()), err.toString());
        assertTrue(Files.readAllLines(folder.resolve("lines/groups.jsonl")).get(0).startsWith("{\"step\":0,"));
        assertRefused(ExitCode.USAGE, "the folder to write is missing", "export", record());
    }

    @Test
    void whatTheRunBeganWithIsAttested() throws IOException {
        try (RunReader reader = RunReader.open(folder.resolve("run"))) {
            Map<String, String> facts = reader.facts();
            assertEquals("train", facts.get("kind"));
            assertEquals(facts.get("sha256/weights"), facts.get("sha256/anchor"));
            for (String part : new String[] {"weights", "anchor", "tokenizer", "prompts", "recipe"}) {
                assertTrue(facts.get("sha256/" + part).matches("[0-9a-f]{64}"), part);
            }
            String summary = Files.readString(folder.resolve("run/summary.json"));
            assertTrue(summary.contains("\"anchor_sha256\" : \"" + facts.get("sha256/anchor")), summary);
            assertFalse(summary.contains("\"sha256\" : \"" + facts.get("sha256/weights")), "the policy has learned");
            assertEquals(5, reader.stages(0).size());
            assertTrue(reader.stages(0).stream().anyMatch(stage -> stage.name().equals("aggregate")
                    && stage.calls() == 3 && stage.tokensRead() > 0 && stage.tokensWritten() > 0));
        }
    }

    /** Beside an adapter the anchor is another thing than what learns, and it stays as it is. */
    @Test
    void theAnchorBesideAnAdapterIsTheModelBeforeAndAfter() throws IOException {
        String adapted = folder.resolve("adapted").toString();
        assertEquals(0, run("train", folder.resolve("recipe.yaml").toString(), "--out", adapted, "--set",
                "lora={r: 2, lora_alpha: 4}", "--set", "max_steps=2"), err.toString());
        try (RunReader whole = RunReader.open(folder.resolve("run")); RunReader lora = RunReader.open(Path.of(adapted))) {
            String anchor = whole.facts().get("sha256/weights");
            assertEquals(anchor, lora.facts().get("sha256/anchor"));
            assertFalse(anchor.equals(lora.facts().get("sha256/weights")));
            String summary = Files.readString(Path.of(adapted, "summary.json"));
            assertTrue(summary.contains("\"anchor_sha256\" : \"" + anchor), summary);
        }
        assertEquals(0, run("replay", adapted, "--step", "2"), out + err.toString());
    }

    @Test
    void aStepIsMadeAgainFromTheNearestCheckpoint() {
        String saved = folder.resolve("saved").toString();
        assertEquals(0, run("train", folder.resolve("recipe.yaml").toString(), "--out", saved, "--set",
                "save_steps=1", "--set", "max_steps=4"), err.toString());
        assertEquals(0, run("replay", saved, "--step", "4"), out + err.toString());
        assertSays("step 4, made again from checkpoint-3, is the recorded one to the bit");
    }
}
