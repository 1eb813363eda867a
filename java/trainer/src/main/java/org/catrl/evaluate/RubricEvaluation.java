package org.catrl.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.catrl.aggregate.Aggregator;
import org.catrl.data.DataException;
import org.catrl.data.LabelledPrompt;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.Rollout;
import org.catrl.flow.SampledGroup;
import org.catrl.lm.RolloutSource;
import org.catrl.reward.Criterion;
import org.catrl.reward.Judge;
import org.catrl.reward.Reward;
import org.catrl.reward.RewardDeriver;
import org.catrl.reward.RubricScore;

/**
 * Evaluation by rubrics, as in HealthBench: every response is graded by the rubric that comes with its prompt, by simple-evals' rule. The gold answer of
 * a problem is its rubric, a JSON list of {@code {"criterion": ..., "points": ...}}. A response on which the grader gave
 * no verdict for some criterion is scored by the others; one without any is left out and counted.
 */
public final class RubricEvaluation {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int STEP = -1;
    private static final int RESAMPLES = 1000;

    /**
     * @param score       mean over responses, clipped to [0, 1]
     * @param error       its standard error by bootstrap over problems
     * @param responses   that were scored
     * @param unscored    that were not
     * @param noVerdicts  share of the criteria asked
     * @param teacher     the same score of the references made of these responses; empty without a teacher
     * @param correlation Pearson's, of the rewards derived from these references with the responses' scores, both less
     *                    their group's mean, as advantages are; empty without rewards, and where either are all equal
     */
    public record Report(double score, double error, int responses, int unscored, double noVerdicts, OptionalDouble teacher,
                         OptionalDouble correlation) {
        public Map<String, Double> metrics() {
            Map<String, Double> metrics = new LinkedHashMap<>();
            metrics.put("eval_rubric_score", score);
            metrics.put("eval_rubric_error", error);
            metrics.put("eval_unscored", (double) unscored);
            metrics.put("eval_no_verdicts", noVerdicts);
            teacher.ifPresent(value -> metrics.put("eval_teacher_rubric_score", value));
            correlation.ifPresent(value -> metrics.put("eval_reward_correlation", value));
            return metrics;
        }
    }

    /**
     * What is learned from, to be held against the rubrics as well.
     *
     * @param aggregator makes the references
     * @param rewards    derived from them; empty = only the references are scored
     */
    public record Teacher(Aggregator aggregator, Optional<RewardDeriver> rewards) { }

    private final List<LabelledPrompt> problems;
    private final Judge grader;
    private final Optional<Teacher> teacher;
    private final EvaluationSettings settings;

    public RubricEvaluation(List<LabelledPrompt> problems, Judge grader, Optional<Teacher> teacher,
                            EvaluationSettings settings) {
        this.problems = List.copyOf(problems);
        this.grader = grader;
        this.teacher = teacher;
        this.settings = settings;
        problems.forEach(RubricEvaluation::rubric);
    }

    /** The rubric that a labelled prompt carries. @throws DataException when it is none */
    public static List<Criterion> rubric(LabelledPrompt problem) {
        try {
            List<Criterion> criteria = new ArrayList<>();
            for (JsonNode one : JSON.readTree(problem.gold())) {
                criteria.add(new Criterion(one.path("criterion").asText(), one.path("points").doubleValue(),
                        one.path("veto").asBoolean()));
            }
            if (criteria.isEmpty()) {
                throw new DataException("prompt " + problem.prompt().id() + ": its rubric holds no criterion");
            }
            return criteria;
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new DataException("prompt " + problem.prompt().id() + ": its rubric cannot be read: " + e.getMessage(), e);
        }
    }

    /** @param progress told how many problems are done */
    public Report run(RolloutSource policy, IntConsumer progress) {
        Tally tally = new Tally();
        RubricGrading grading = new RubricGrading(grader);
        for (int from = 0; from < problems.size(); from += settings.batch()) {
            List<LabelledPrompt> batch = problems.subList(from, Math.min(problems.size(), from + settings.batch()));
            List<SampledGroup> groups = policy.sample(batch.stream().map(LabelledPrompt::prompt).toList(), settings.samples(),
                    settings.sampling(), STEP);
            List<List<OptionalDouble>> scores = grading.scores(batch, groups.stream().map(group -> group.rollouts().stream()
                    .map(Rollout::text).toList()).toList());
            scores.forEach(tally::problem);
            teacher.ifPresent(one -> measure(one, batch, groups, scores, tally));
            progress.accept(from + batch.size());
        }
        return tally.report(grading.noVerdicts());
    }

    private void measure(Teacher by, List<LabelledPrompt> batch, List<SampledGroup> groups, List<List<OptionalDouble>> scores,
                         Tally tally) {
        List<PseudoReference> references = by.aggregator().estimate(groups, STEP);
        List<Integer> taught = IntStream.range(0, batch.size())
                .filter(at -> references.get(at).abstained().isEmpty()).boxed().toList();
        List<SampledGroup> answered = taught.stream().map(groups::get).toList();
        List<PseudoReference> given = taught.stream().map(references::get).toList();
        new RubricGrading(grader).scores(taught.stream().map(batch::get).toList(), given.stream()
                .map(reference -> List.of(reference.text())).toList()).forEach(own -> own.get(0).ifPresent(tally.teacher::add));
        by.rewards().ifPresent(rewards -> {
            List<List<Reward>> derived = rewards.score(answered, given, STEP);
            for (int at = 0; at < taught.size(); at++) {
                tally.group(derived.get(at), scores.get(taught.get(at)));
            }
        });
    }

    /** Sums over problems. */
    private static final class Tally {
        final List<Double> scores = new ArrayList<>();
        /** Their mean, problem by problem. */
        final List<Double> problems = new ArrayList<>();
        final List<Double> teacher = new ArrayList<>();
        final List<double[]> pairs = new ArrayList<>();
        int unscored;

        void problem(List<OptionalDouble> own) {
            List<Double> known = own.stream().filter(OptionalDouble::isPresent).map(OptionalDouble::getAsDouble).toList();
            scores.addAll(known);
            unscored += own.size() - known.size();
            if (!known.isEmpty()) {
                problems.add(known.stream().mapToDouble(one -> one).average().orElseThrow());
            }
        }

        void group(List<Reward> rewards, List<OptionalDouble> scored) {
            List<double[]> own = new ArrayList<>();
            for (int i = 0; i < rewards.size(); i++) {
                if (rewards.get(i).value().isPresent() && scored.get(i).isPresent()) {
                    own.add(new double[] {rewards.get(i).value().getAsDouble(), scored.get(i).getAsDouble()});
                }
            }
            double x = own.stream().mapToDouble(pair -> pair[0]).average().orElse(0);
            double y = own.stream().mapToDouble(pair -> pair[1]).average().orElse(0);
            own.forEach(pair -> pairs.add(new double[] {pair[0] - x, pair[1] - y}));
        }

        Report report(double noVerdicts) {
            if (scores.isEmpty()) {
                throw new DataException("the grader gave no verdict on any response; there is no score");
            }
            OptionalDouble taught = teacher.isEmpty() ? OptionalDouble.empty()
                    : OptionalDouble.of(RubricScore.aggregate(teacher));
            return new Report(RubricScore.aggregate(scores), RubricScore.bootstrapError(problems, RESAMPLES, 1), scores.size(),
                    unscored, noVerdicts, taught, correlation());
        }

        private OptionalDouble correlation() {
            double xx = pairs.stream().mapToDouble(pair -> pair[0] * pair[0]).sum();
            double yy = pairs.stream().mapToDouble(pair -> pair[1] * pair[1]).sum();
            double xy = pairs.stream().mapToDouble(pair -> pair[0] * pair[1]).sum();
            return xx == 0 || yy == 0 ? OptionalDouble.empty() : OptionalDouble.of(xy / Math.sqrt(xx * yy));
        }
    }
}
