package org.catrl.train;

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
import org.catrl.aggregate.Rollouts;
import org.catrl.data.DataException;
import org.catrl.data.LabelledPrompt;
import org.catrl.data.Prompt;
import org.catrl.generate.SamplingSettings;
import org.catrl.reward.Judge;
import org.catrl.text.OutsideCases;
import org.junit.jupiter.api.Test;

/** HealthBench's score of graded responses. */
class RubricEvaluationTest {
    private static final EvaluationSettings SETTINGS = new EvaluationSettings(1, SamplingSettings.of(1, 9, List.of()), 7);

    /** Replies what is written down for a response and a criterion. */
    private record Known(Map<String, Optional<Boolean>> grades) implements Judge {
        @Override
        public List<Verdict> judge(List<Question> questions, int step) {
            return questions.stream().map(question -> new Verdict(grades.get(question.response() + question.criterion()), ""))
                    .toList();
        }

        @Override
        public Map<String, Double> metrics() {
            return Map.of();
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
        RubricEvaluation.Report report = new RubricEvaluation(problems, new Known(grades), SETTINGS).run(
                (prompts, samples, sampling, step) -> prompts.stream()
                        .map(prompt -> Rollouts.group(prompt.id(), responses.get(prompt.id()))).toList(), done -> { });
        assertEquals(Math.min(1, Math.max(0, sum / problems.size())), report.score(), 1e-9);
        assertEquals(60, report.responses());
        assertEquals(0, report.noVerdicts());
        assertTrue(report.error() > 0 && report.error() < 0.1);
    }

    @Test
    void whatIsNotGradedIsCountedAndNotZero() {
        String rubric = "[{\"criterion\": \"a\", \"points\": 2}, {\"criterion\": \"b\", \"points\": 2}]";
        List<LabelledPrompt> problems = List.of(new LabelledPrompt(new Prompt(0, "p"), rubric),
                new LabelledPrompt(new Prompt(1, "p"), rubric));
        RubricEvaluation.Report report = new RubricEvaluation(problems, new Known(Map.of("r0a", Optional.of(true), "r0b",
                Optional.empty(), "r1a", Optional.empty(), "r1b", Optional.empty())), SETTINGS).run((prompts, samples,
                sampling, step) -> prompts.stream().map(prompt -> Rollouts.group(prompt.id(), "r" + prompt.id())).toList(),
                done -> { });
        assertEquals(new RubricEvaluation.Report(1, 0, 1, 1, 0.75), report);
        assertThrows(DataException.class, () -> new RubricEvaluation(List.of(new LabelledPrompt(new Prompt(0, "p"), "42")),
                new Known(Map.of()), SETTINGS));
        assertThrows(DataException.class, () -> new RubricEvaluation(List.of(new LabelledPrompt(new Prompt(0, "p"), "[{")),
                new Known(Map.of()), SETTINGS));
    }
}
