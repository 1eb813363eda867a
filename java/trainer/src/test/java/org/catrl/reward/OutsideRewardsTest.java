package org.catrl.reward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.catrl.flow.Rollout;
import org.catrl.generate.Completion;
import org.catrl.generate.Finish;
import org.catrl.text.OutsideCases;
import org.junit.jupiter.api.Test;

/** Scores, judge replies and format rewards, on values computed by the reference software of each. */
class OutsideRewardsTest {
    @Test
    void judgeRepliesReadAsInSimpleEvals() throws IOException {
        for (JsonNode row : OutsideCases.lines("healthbench/judge_parse_cases.jsonl")) {
            Optional<Boolean> expected = row.get("simple_evals_label").isNull() ? Optional.empty()
                    : Optional.of(row.get("simple_evals_label").booleanValue());
            assertEquals(expected, VerdictFormat.JSON.read(row.get("judge_output").asText()), row.get("judge_output")
                    .asText());
        }
    }

    @Test
    void healthBenchScores() throws IOException {
        List<Double> scores = new ArrayList<>();
        for (JsonNode row : OutsideCases.lines("healthbench/scoring_golden.given.jsonl")) {
            List<Double> points = list(row.get("points")).stream().map(JsonNode::doubleValue).toList();
            List<Boolean> met = list(row.get("criteria_met")).stream().map(JsonNode::booleanValue).toList();
            double score = RubricScore.of(points, met).orElseThrow();
            assertEquals(row.get("expected_score").doubleValue(), score, 1e-12, row.get("prompt_id").asText());
            scores.add(score);
            row.get("expected_tag_scores").properties().forEach(tag -> assertEquals(tag.getValue().doubleValue(),
                    tagged(row, tag.getKey(), points, met).orElseThrow(), 1e-12, tag.getKey()));
        }
        JsonNode golden = new ObjectMapper()
                .readTree(OutsideCases.file("healthbench/scoring_golden_aggregate.given.json")
                .toFile());
        assertEquals(golden.get("clipped_mean").doubleValue(), RubricScore.aggregate(scores), 1e-12);
        double deviation = Math.sqrt(scores.stream().mapToDouble(score -> Math.pow(score
                - golden.get("raw_mean").doubleValue(), 2)).average().orElseThrow() / scores.size());
        assertEquals(deviation, RubricScore.bootstrapError(scores, 1000, 1), 0.1 * deviation, "by bootstrap");
        assertEquals(RubricScore.bootstrapError(scores, 1000, 1), RubricScore.bootstrapError(scores, 1000, 1));
    }

    private static OptionalDouble tagged(JsonNode row, String tag, List<Double> points, List<Boolean> met) {
        List<Integer> tagged = IntStream.range(0, points.size()).filter(i -> list(row.get("tags").get(i)).stream()
                .anyMatch(name -> name.asText().equals(tag))).boxed().toList();
        return RubricScore.of(tagged.stream().map(points::get).toList(), tagged.stream().map(met::get).toList());
    }

    @Test
    void gradedAnswersScoreAsGraded() throws IOException {
        for (JsonNode row : OutsideCases.lines("healthbench/healthbench_hard_graded.given.jsonl")) {
            List<Double> points = list(row.get("rubrics")).stream()
                    .map(criterion -> criterion.get("points").doubleValue()).toList();
            List<Boolean> met = list(row.get("grades")).stream().map(grade -> grade.get("criteria_met").booleanValue())
                    .toList();
            assertEquals(row.get("expected_score").doubleValue(), RubricScore.of(points, met).orElseThrow(), 1e-12);
        }
    }

    private static List<JsonNode> list(JsonNode array) {
        List<JsonNode> all = new ArrayList<>();
        array.forEach(all::add);
        return all;
    }

    @Test
    void formatRewards() throws IOException {
        int checked = 0;
        for (JsonNode row : OutsideCases.lines("math_equivalence/format_rewards.jsonl")) {
            JsonNode input = row.get("input");
            String kind = row.get("kind").asText();
            double expected = row.get("expected").doubleValue();
            if (kind.equals("think_format")) {
                checked += check(expected, CompletionReward.thinkFormat(), rollout(input.asText(), 3));
            } else if (kind.startsWith("nemo_format")) {
                checked += check(expected, CompletionReward.thinkAnswerFormat(), rollout(input.asText(), 3));
            } else if (kind.equals("soft_overlong")) {
                checked += check(expected, CompletionReward.softOverlong(input.get("max_completion_len").intValue(),
                        input.get("soft_punish_cache").intValue()), rollout("", input.get("completion_len")
                        .intValue()));
            } else if (kind.equals("repetition_penalty")) {
                int[] ids = list(input.get("ids")).stream().mapToInt(JsonNode::intValue).toArray();
                checked += check(expected, CompletionReward.repetition(input.get("ngram").intValue(),
                        input.get("max_penalty").doubleValue()), new Rollout("", new Completion(ids, new float[0],
                        Finish.STOP_TOKEN)));
            } else if (kind.equals("cosine_scaled")) {
                assertEquals(expected, CompletionReward.cosine(input.get("correct").booleanValue(),
                        input.get("len").intValue(), input.get("max_len").intValue(), input.get("min_wrong")
                        .doubleValue(),
                        input.get("max_wrong").doubleValue(), input.get("min_correct").doubleValue(),
                        input.get("max_correct").doubleValue()), 1e-4, row.toString());
                checked++;
            }
        }
        assertTrue(checked >= 42, checked + " cases");
    }

    private static int check(double expected, CompletionReward reward, Rollout rollout) {
        assertEquals(expected, reward.of(rollout).value().orElseThrow(), 1e-9, reward.name() + " " + rollout.text());
        return 1;
    }

    private static Rollout rollout(String text, int tokens) {
        return new Rollout(text, new Completion(new int[tokens], new float[0], Finish.STOP_TOKEN));
    }
}
