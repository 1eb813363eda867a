package org.catrl.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.catrl.aggregate.Aggregator;
import org.catrl.aggregate.Rollouts;
import org.catrl.data.DataException;
import org.catrl.data.LabelledPrompt;
import org.catrl.data.Prompt;
import org.catrl.flow.Evidence;
import org.catrl.flow.FailureKind;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.Reward;
import org.catrl.flow.ScoredGroup;
import org.catrl.flow.TaughtGroup;
import org.catrl.flow.Usage;
import org.catrl.flow.Verdict;
import org.catrl.generate.SamplingSettings;
import org.catrl.lm.Pending;
import org.catrl.lm.RolloutSource;
import org.catrl.reward.Judge;
import org.catrl.reward.JudgeFailureException;
import org.catrl.reward.RewardDeriver;
import org.catrl.text.OutsideCases;
import org.junit.jupiter.api.Test;

/** HealthBench's score of graded responses. */
class RubricEvaluationTest {
    private static final EvaluationSettings SETTINGS = new EvaluationSettings(1, SamplingSettings.of(1, 9, List.of()),
            7);

    /** Replies what is written down for a response and a criterion. */
    private record Known(Map<String, Optional<Boolean>> grades) implements Judge {
        @Override
        public Pending<Verdict> judge(Question question) {
            return Pending.of(new Verdict(grades.get(question.response() + question.criterion()), "", Usage.NONE));
        }
    }

    @Test
    void scoresAsTheGradesSay() throws IOException {
        List<LabelledPrompt> problems = new ArrayList<>();
        List<String> responses = new ArrayList<>();
        Map<String, Optional<Boolean>> grades = new HashMap<>();
        double sum = 0;
        for (JsonNode row : OutsideCases.lines("healthbench/healthbench_hard_graded.given.jsonl")) {
            problems.add(new LabelledPrompt(new Prompt(problems.size(), "p"), row.get("rubrics").toString()));
            responses.add(problems.size() + row.get("response").asText());
            for (int i = 0; i < row.get("rubrics").size(); i++) {
                grades.put(responses.get(responses.size() - 1) + row.get("rubrics").get(i).get("criterion").asText(),
                        Optional.of(row.get("grades").get(i).get("criteria_met").booleanValue()));
            }
            sum += row.get("expected_score").doubleValue();
        }
        RubricEvaluation.Report report = new RubricEvaluation(problems, new Known(grades), Optional.empty(), SETTINGS)
                .run(
                (prompts, samples, sampling, step) -> prompts.stream()
                        .map(prompt -> Rollouts.group(prompt.id(), responses.get(prompt.id()))).toList(), done -> { });
        assertEquals(Math.min(1, Math.max(0, sum / problems.size())), report.score(), 1e-9);
        assertEquals(60, report.responses());
        assertEquals(0, report.noVerdicts());
        assertTrue(report.error() > 0 && report.error() < 0.1);
    }

    /** A grader that is dead stops an evaluation and a comparison, and says why. */
    @Test
    void withoutAnyGradeThereIsNoScore() {
        List<LabelledPrompt> problems = List.of(new LabelledPrompt(new Prompt(0, "p"),
                "[{\"criterion\": \"a\", \"points\": 2}]"));
        Judge dead = question -> Pending.of(Verdict.none(FailureKind.REFUSED, "status 401", Usage.NONE));
        RolloutSource policy = (prompts, samples, sampling, step) -> List.of(Rollouts.group(0, "r"));
        RubricEvaluation evaluation = new RubricEvaluation(problems, dead, Optional.empty(), SETTINGS);
        RubricComparison comparison = new RubricComparison(problems, List.of(), dead, SETTINGS);
        assertEquals("the grader gave no verdict on any response, so there is no score: 1 refused (status 401)",
                assertThrows(JudgeFailureException.class, () -> evaluation.run(policy, done -> { })).getMessage());
        assertEquals("the grader gave no verdict on any response, so there is nothing to compare: 1 refused (status "
                + "401)",
                assertThrows(JudgeFailureException.class, () -> comparison.run(policy, done -> { })).getMessage());
    }

    @Test
    void whatIsNotGradedIsCountedAndNotZero() {
        String rubric = "[{\"criterion\": \"a\", \"points\": 2}, {\"criterion\": \"b\", \"points\": 2}]";
        List<LabelledPrompt> problems = List.of(new LabelledPrompt(new Prompt(0, "p"), rubric),
                new LabelledPrompt(new Prompt(1, "p"), rubric));
        RubricEvaluation.Report report = new RubricEvaluation(problems,
                new Known(Map.of("r0a", Optional.of(true), "r0b",
                Optional.empty(), "r1a", Optional.empty(), "r1b", Optional.empty())), Optional.empty(), SETTINGS)
                .run((prompts, samples,
                sampling, step) -> prompts.stream().map(prompt -> Rollouts.group(prompt.id(), "r" + prompt.id()))
                .toList(),
                done -> { });
        assertEquals(new RubricEvaluation.Report(1, 0, 1, 1, 0.75, OptionalDouble.empty(), OptionalDouble.empty()),
                report);
        assertThrows(DataException.class,
                () -> new RubricEvaluation(List.of(new LabelledPrompt(new Prompt(0, "p"), "42")),
                new Known(Map.of()), Optional.empty(), SETTINGS));
        assertThrows(DataException.class,
                () -> new RubricEvaluation(List.of(new LabelledPrompt(new Prompt(0, "p"), "[{")),
                new Known(Map.of()), Optional.empty(), SETTINGS));
    }

    /** By hand: scores 1, 0.5, 0 of one group and 0, 1 (one unscored) of the other; rewards 1, 1, 0 and 0.2, 0.4. */
    @Test
    void theAggregatorIsScoredAndItsRewardsAreHeldAgainstTheScores() {
        String rubric = "[{\"criterion\": \"a\", \"points\": 1}, {\"criterion\": \"b\", \"points\": 1}]";
        List<LabelledPrompt> problems = List.of(new LabelledPrompt(new Prompt(0, "p"), rubric),
                new LabelledPrompt(new Prompt(1, "p"), rubric), new LabelledPrompt(new Prompt(2, "p"), rubric));
        Optional<Boolean> yes = Optional.of(true);
        Optional<Boolean> no = Optional.of(false);
        Map<String, Optional<Boolean>> grades = new HashMap<>();
        Map<String, List<Optional<Boolean>>> texts = Map.of("x", List.of(yes, yes), "y", List.of(yes, no), "z",
                List.of(no, no),
                "u", List.of(Optional.empty(), Optional.empty()), "t", List.of(yes, yes), "s", List.of(no, yes));
        texts.forEach((text, met) -> {
            grades.put(text + "a", met.get(0));
            grades.put(text + "b", met.get(1));
        });
        List<List<String>> rollouts = List.of(List.of("x", "y", "z"), List.of("z", "x", "u"), List.of("y", "y", "y"));
        List<List<Double>> derived = List.of(List.of(1.0, 1.0, 0.0), List.of(0.2, 0.4, 0.9));
        Aggregator aggregator = (group, step) -> Pending.of(group.prompt().id() == 2
                ? PseudoReference.abstain("t", 3, "no") : new PseudoReference(group.prompt().id() == 0 ? "t" : "s",
                Optional.empty(), "t", List.of(0.0, 0.0, 0.0), 1, Optional.empty()));
        RewardDeriver rewards = new RewardDeriver() {
            @Override
            public String name() {
                return "given";
            }

            @Override
            public Pending<ScoredGroup> score(TaughtGroup taught, int step) {
                return Pending.of(new ScoredGroup(taught, derived.get(taught.group().prompt().id()).stream()
                        .map(value -> Reward.of(value, new Evidence.Note("given"))).toList()));
            }
        };
        RubricEvaluation.Report report = new RubricEvaluation(problems, new Known(grades),
                Optional.of(new RubricEvaluation.Supervision(aggregator, Optional.of(rewards))), SETTINGS)
                .run((prompts, samples,
                sampling, step) -> prompts.stream().map(prompt -> Rollouts.group(prompt.id(),
                rollouts.get(prompt.id()).toArray(String[]::new))).toList(), done -> { });
        assertEquals((1 + 0.5 + 0 + 0 + 1 + 3 * 0.5) / 8, report.score(), 1e-12);
        assertEquals(1, report.unscored());
        assertEquals(0.75, report.aggregator().orElseThrow(), 1e-12);
        // rewards less their mean: 1/3, 1/3, -2/3 and -0.1, 0.1; scores: 0.5, 0, -0.5 and -0.5, 0.5
        double xy = 0.5 / 3 + 1 / 3.0 + 0.1;
        assertEquals(xy / Math.sqrt((6 / 9.0 + 0.02) * (0.5 + 0.5)), report.correlation().orElseThrow(), 1e-12);
    }
}
