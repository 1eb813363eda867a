package org.catrl.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.catrl.aggregate.Aggregator;
import org.catrl.aggregate.Rollouts;
import org.catrl.data.LabelledPrompt;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.TaughtGroup;
import org.catrl.generate.SamplingSettings;
import org.catrl.lm.Pending;
import org.catrl.train.AggregationMetrics;
import org.junit.jupiter.api.Test;

class EvaluationTest {
    private static final Map<Integer, String[]> SAMPLES = Map.of(
            0, new String[] {"a#1", "b#1", "c#2", "d"},
            1, new String[] {"a#2", "b#2", "c#01", "d#2"},
            2, new String[] {"a#5", "b#6", "c#7", "d#8"});
    private static final Map<Integer, String> GREEDY = Map.of(0, "x#1", 1, "x#1", 2, "x");
    private static final Map<Integer, String> TAUGHT = Map.of(0, "1", 1, "2", 2, "1", 9, "1");

    private final List<Integer> progress = new ArrayList<>();

    @Test
    void scoresThePolicyTheVoteAndTheAggregator() {
        EvaluationReport report = evaluation(Optional.of(aggregator())).run(EvaluationTest::sample, progress::add);
        assertEquals(new EvaluationReport(3, 4, (0.5 + 0.25) / 3, report.labelError(), 2 / 3.0, 1 / 3.0, 2 / 3.0,
                OptionalDouble.of(2 / 3.0), new EvaluationReport.AllWrong(1, 1), OptionalDouble.of(1)), report);
        assertEquals(0.11785113, report.labelError(), 1e-8, "deviation of 0.5, 0.25 and 0 over the root of 3");
        assertEquals(List.of(2, 3), progress);
    }

    @Test
    void measuresNoAggregatorWhereThereIsNone() {
        EvaluationReport report = evaluation(Optional.empty()).run(EvaluationTest::sample, progress::add);
        assertEquals(OptionalDouble.empty(), report.aggregatorAccuracy());
        assertEquals(List.of("eval_label_accuracy", "eval_label_accuracy_error", "eval_greedy_accuracy",
                "eval_majority_accuracy",
                "eval_pass_accuracy", "eval_all_wrong"), List.copyOf(report.metrics().keySet()));
    }

    @Test
    void aggregationMetricsNeedNoLabel() {
        var taught = List.of(new TaughtGroup(Rollouts.group(0, SAMPLES.get(0)), reference("2")),
                new TaughtGroup(Rollouts.group(1, SAMPLES.get(1)), reference("9")),
                new TaughtGroup(Rollouts.group(2, "a", "b"), PseudoReference.abstain("test", 2, "nothing parsed")));
        Map<String, Double> metrics = AggregationMetrics.of(taught, Rollouts.AFTER_HASH);
        assertEquals(1 / 3.0, metrics.get("cat/abstained"));
        assertEquals((0.25 + 0 + 1) / 3, metrics.get("cat/parse_failures"));
        assertEquals((0.5 + 0.75 + 0) / 3, metrics.get("cat/majority_ratio"));
        assertEquals(1.0, metrics.get("cat/majority_disagreement"));
        assertEquals(0.5, metrics.get("cat/outside_rollouts"));
        assertEquals((0.75 + 1) / 2, metrics.get("cat/teacher_student_gap"));
        assertEquals((2 + 2 + 0) / 3.0, metrics.get("cat/distinct_answers"));
        double third = 1 / 3.0;
        double entropy = -2 * third * Math.log(2 * third) - third * Math.log(third);
        double quarter = -0.75 * Math.log(0.75) - 0.25 * Math.log(0.25);
        assertEquals((entropy + quarter) / 3, metrics.get("cat/answer_entropy"), 1e-12);
    }

    @Test
    void theLabelControlGivesTheGoldAnswer() {
        var control = new GoldAggregator(id -> new LabelledPrompt(Rollouts.group(id).prompt(), "gold" + id));
        var taught = control.teach(List.of(Rollouts.group(4, "a"), Rollouts.group(2, "b")), 0);
        assertEquals(List.of("gold4", "gold2"), taught.stream().map(group -> group.reference().answer().get())
                .toList());
    }

    private static Evaluation evaluation(Optional<Aggregator> aggregator) {
        List<LabelledPrompt> problems = List.of(0, 1, 2).stream()
                .map(id -> new LabelledPrompt(Rollouts.group(id).prompt(), "1")).toList();
        return new Evaluation(problems, List.of(new LabelledGroup(Rollouts.group(9, "a#3", "b#3"), "01")),
                Rollouts.AFTER_HASH, aggregator, new EvaluationSettings(4, SamplingSettings.of(1, 8, List.of()), 2));
    }

    private static List<org.catrl.flow.SampledGroup> sample(List<org.catrl.data.Prompt> prompts, int samples,
                                                         SamplingSettings settings, int step) {
        return prompts.stream().map(prompt -> settings.temperature() == 0
                ? Rollouts.group(prompt.id(), GREEDY.get(prompt.id()))
                : Rollouts.group(prompt.id(), SAMPLES.get(prompt.id()))).toList();
    }

    private static Aggregator aggregator() {
        return (group, step) -> Pending.of(reference(TAUGHT.get(group.prompt().id())));
    }

    private static PseudoReference reference(String answer) {
        return new PseudoReference(answer, Optional.of(answer), "test", List.of(), 1, Optional.empty());
    }
}
