package org.catrl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import org.catrl.record.RecordedLines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** models/advice: the rubric route and its ablations with one small model in all roles, a step or two of each. */
class AdviceRunTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String RECIPE = "../../models/advice/cat.yaml";
    private final StringWriter text = new StringWriter();

    @TempDir
    Path folder;

    private JsonNode train(String... more) throws IOException {
        Path out = folder.resolve("run" + more.length);
        List<String> arguments = new ArrayList<>(List.of("train", RECIPE, "--out", out.toString()));
        for (String assignment : List.of("backend=cpu", "max_steps=2", "prompts_per_step=4", "eval.problems=20")) {
            arguments.addAll(List.of("--set", assignment));
        }
        for (String assignment : more) {
            arguments.addAll(List.of("--set", assignment));
        }
        PrintWriter writer = new PrintWriter(text, true);
        assertEquals(0, Main.run(writer, writer, arguments.toArray(String[]::new)), text.toString());
        return JSON.readTree(out.resolve("summary.json").toFile());
    }

    @Test
    void itsOwnRubricsRewardWhatTheTrueOnesDo() throws IOException {
        JsonNode summary = train();
        assertTrue(summary.at("/before/eval_reward_correlation").doubleValue() > 0.3, summary.toString());
        assertTrue(summary.at("/before/eval_teacher_rubric_score").doubleValue()
                > summary.at("/before/eval_rubric_score").doubleValue() + 0.2, summary.toString());
        assertTrue(summary.at("/after/eval_rubric_score").isNumber());
        JsonNode step = JSON.readTree(RecordedLines.metrics(folder.resolve("run0")).get(0));
        assertTrue(step.get("rubric/size").doubleValue() >= 4, step.toString());
        assertEquals(0, step.get("judge/failures").doubleValue());
        assertTrue(text.toString().contains("rewards correlate with it by"), text.toString());
        String group = RecordedLines.groups(folder.resolve("run0")).get(0);
        assertTrue(group.contains("it says to") && !group.contains("points"),
                "gold is not in a training record: " + group);
    }

    @Test
    void theAblationsRunByOneSetting() throws IOException {
        assertTrue(train("rubric.from_question=true").at("/before/eval_reward_correlation").isNumber());
        assertTrue(train("rewards=[{kind: judge}]", "synthesis.temperature=0")
                .at("/before/eval_reward_correlation").isNumber());
    }

    /** The control: gold rubrics, graded by program, order the rollouts as the gold score does. */
    @Test
    void theOracleAgreesWithItself() throws IOException {
        JsonNode summary = train("rewards=[{kind: given_rubric}]", "allow_gold=true", "seed=1");
        assertTrue(summary.at("/before/eval_reward_correlation").isMissingNode(), "gold is not held against itself");
        assertTrue(summary.at("/after/eval_rubric_score").isNumber());
        JsonNode step = JSON.readTree(RecordedLines.metrics(folder.resolve("run3")).get(0));
        assertTrue(step.get("reward").doubleValue() < 0.7 && step.get("rewards/rubric/std").doubleValue() > 0.1,
                step.toString());
        assertTrue(text.toString().contains("allow_gold: this run learns from the data's own rubrics"),
                text.toString());
    }

    @Test
    void aggregatorsAreComparedByTheTrueRubrics() {
        PrintWriter writer = new PrintWriter(text, true);
        assertEquals(0, Main.run(writer, writer, "compare", RECIPE, "--set", "backend=cpu", "--set",
                "eval.problems=10"), text.toString());
        assertTrue(text.toString().matches("(?s).*10 problems, 8 rollouts each.*"
                + "rollouts +0\\.\\d+ .*synthesis +0\\.\\d+ .*"), text.toString());
    }
}
