package org.catrl.evaluate;

import static org.catrl.evaluate.EvaluationSettings.STEP;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.catrl.aggregate.Aggregator;
import org.catrl.data.DataException;
import org.catrl.data.LabelledPrompt;
import org.catrl.flow.Reward;
import org.catrl.flow.Rollout;
import org.catrl.flow.SampledGroup;
import org.catrl.flow.ScoredGroup;
import org.catrl.flow.TaughtGroup;
import org.catrl.flow.Verdict;
import org.catrl.lm.RolloutSource;
import org.catrl.reward.Judge;
import org.catrl.reward.JudgeFailureException;
import org.catrl.reward.RewardDeriver;
import org.catrl.reward.RubricScore;

/**
 * Evaluation by rubrics, as in HealthBench: every response is graded by the rubric that comes with its prompt
 * ({@link GoldRubrics}), by simple-evals' rule. A response on which the grader gave no verdict for some criterion is
 * scored by the others; one without any is left out and counted.
 */
public final class RubricEvaluation {
    private static final int RESAMPLES = 1000;

    /**
     * What a policy scores.
     *
     * @param score       the mean over responses, clipped to [0, 1]
     * @param error       its standard error by bootstrap over problems
     * @param responses   responses that were scored
     * @param unscored    responses that were not
     * @param noVerdicts  share of the criteria asked that the grader gave no verdict on
     * @param aggregator  the same score of the references that the aggregator made of these responses; empty without
     *                    one
     * @param correlation Pearson's, of the rewards derived from these references with the responses' scores, both less
     *                    their group's mean, as advantages are; empty without rewards, and where either are all equal
     */
    public record Report(double score, double error, int responses, int unscored, double noVerdicts,
                         OptionalDouble aggregator, OptionalDouble correlation) {
        /** The {@code eval_*} metrics, those that were measured. */
        public Map<String, Double> metrics() {
            Map<String, Double> metrics = new LinkedHashMap<>();
            metrics.put("eval_rubric_score", score);
            metrics.put("eval_rubric_error", error);
            metrics.put("eval_unscored", (double) unscored);
            metrics.put("eval_no_verdicts", noVerdicts);
            aggregator.ifPresent(value -> metrics.put("eval_teacher_rubric_score", value));
            correlation.ifPresent(value -> metrics.put("eval_reward_correlation", value));
            return metrics;
        }
    }

    /**
     * What is learned from, to be held against the rubrics as well.
     *
     * @param aggregator makes the references
     * @param rewards    made of them; empty = only the references are scored
     */
    public record Supervision(Aggregator aggregator, Optional<RewardDeriver> rewards) { }

    private final List<LabelledPrompt> problems;
    private final Judge grader;
    private final Optional<Supervision> supervision;
    private final EvaluationSettings settings;

    /**
     * A measurement that can be run any number of times.
     *
     * @param problems    labelled prompts whose gold answers are rubrics, or it is a {@link DataException}
     * @param grader      says which criteria a text meets
     * @param supervision what is learned from; empty = only the policy is measured
     * @param settings    how the policy is asked
     */
    public RubricEvaluation(List<LabelledPrompt> problems, Judge grader, Optional<Supervision> supervision,
                            EvaluationSettings settings) {
        this.problems = List.copyOf(problems);
        this.grader = grader;
        this.supervision = supervision;
        this.settings = settings;
        problems.forEach(GoldRubrics::criteria);
    }

    /**
     * The measurement of one policy.
     *
     * @param policy   what is measured
     * @param progress told how many problems are done
     * @throws JudgeFailureException when the grader gave no verdict on any response
     */
    public Report run(RolloutSource policy, IntConsumer progress) {
        return run(policy, progress, Optional.empty());
    }

    /**
     * The same, heard problem by problem.
     *
     * @param heard hears of every problem once it has been measured
     */
    public Report run(RolloutSource policy, IntConsumer progress, Optional<Consumer<EvaluatedGroup>> heard) {
        Tally tally = new Tally();
        RubricGrading grading = new RubricGrading(grader);
        for (int from = 0; from < problems.size(); from += settings.batch()) {
            List<LabelledPrompt> batch = problems.subList(from, Math.min(problems.size(), from + settings.batch()));
            List<SampledGroup> groups = policy.sample(batch.stream().map(LabelledPrompt::prompt).toList(),
                    settings.samples(), settings.sampling(), STEP);
            List<RubricGrading.Graded> graded = grading.grade(IntStream.range(0, batch.size()).mapToObj(i ->
                    new RubricGrading.Answers(batch.get(i), groups.get(i).rollouts().stream().map(Rollout::text)
                            .toList()))
                    .toList());
            graded.forEach(tally::problem);
            List<EvaluatedGroup.Reference> references = supervision.map(measured ->
                    measure(measured, batch, groups, graded, tally)).orElse(List.of());
            heard.ifPresent(hears -> tell(batch, groups, graded, references, hears));
            progress.accept(from + batch.size());
        }
        return tally.report();
    }

    private static void tell(List<LabelledPrompt> batch, List<SampledGroup> groups, List<RubricGrading.Graded> graded,
                             List<EvaluatedGroup.Reference> references, Consumer<EvaluatedGroup> hears) {
        for (int i = 0; i < batch.size(); i++) {
            hears.accept(EvaluatedGroup.of(batch.get(i), graded.get(i).attempts(groups.get(i)),
                    references.isEmpty() ? List.of() : List.of(references.get(i))));
        }
    }

    /** Measures what is learned from; returns the references, one for each problem. */
    private List<EvaluatedGroup.Reference> measure(Supervision measured, List<LabelledPrompt> batch,
            List<SampledGroup> groups, List<RubricGrading.Graded> graded, Tally tally) {
        List<TaughtGroup> taught = measured.aggregator().teach(groups, STEP);
        List<OptionalDouble> scores = new RubricGrading(grader).gradeReferences(batch, taught);
        scores.forEach(score -> score.ifPresent(tally.references::add));
        measured.rewards().ifPresent(rewards -> {
            List<ScoredGroup> scored = rewards.scoreAll(taught, STEP);
            for (int i = 0; i < scored.size(); i++) {
                tally.group(scored.get(i).rewards(), graded.get(i).scores());
            }
        });
        return EvaluatedGroup.references(taught, scores);
    }

    /** The sums over problems. */
    private static final class Tally {
        final List<Double> scores = new ArrayList<>();
        /** The mean of the scores, problem by problem. */
        final List<Double> problems = new ArrayList<>();
        /** The scores of the references. */
        final List<Double> references = new ArrayList<>();
        final List<double[]> pairs = new ArrayList<>();
        int unscored;
        int criteria;
        final List<Verdict> noVerdicts = new ArrayList<>();

        void problem(RubricGrading.Graded graded) {
            List<Double> known = graded.scores().stream().flatMap(score -> score.stream().boxed()).toList();
            scores.addAll(known);
            unscored += graded.scores().size() - known.size();
            criteria += graded.criteria();
            noVerdicts.addAll(graded.noVerdicts());
            if (!known.isEmpty()) {
                problems.add(known.stream().mapToDouble(Double::doubleValue).average().orElseThrow());
            }
        }

        void group(List<Reward> rewards, List<OptionalDouble> scored) {
            List<double[]> both = new ArrayList<>();
            for (int i = 0; i < rewards.size(); i++) {
                if (rewards.get(i).value().isPresent() && scored.get(i).isPresent()) {
                    both.add(new double[] {rewards.get(i).value().getAsDouble(), scored.get(i).getAsDouble()});
                }
            }
            double x = both.stream().mapToDouble(pair -> pair[0]).average().orElse(0);
            double y = both.stream().mapToDouble(pair -> pair[1]).average().orElse(0);
            both.forEach(pair -> pairs.add(new double[] {pair[0] - x, pair[1] - y}));
        }

        Report report() {
            if (scores.isEmpty()) {
                throw JudgeFailureException.noVerdict("the grader gave no verdict on any response, so there is no "
                        + "score", noVerdicts);
            }
            OptionalDouble aggregator = references.isEmpty() ? OptionalDouble.empty()
                    : OptionalDouble.of(RubricScore.aggregate(references));
            return new Report(RubricScore.aggregate(scores), RubricScore.bootstrapError(problems, RESAMPLES, 1),
                    scores.size(),
                    unscored, criteria == 0 ? 0 : noVerdicts.size() / (double) criteria, aggregator, correlation());
        }

        private OptionalDouble correlation() {
            double xx = pairs.stream().mapToDouble(pair -> pair[0] * pair[0]).sum();
            double yy = pairs.stream().mapToDouble(pair -> pair[1] * pair[1]).sum();
            double xy = pairs.stream().mapToDouble(pair -> pair[0] * pair[1]).sum();
            return xx == 0 || yy == 0 ? OptionalDouble.empty() : OptionalDouble.of(xy / Math.sqrt(xx * yy));
        }
    }
}
