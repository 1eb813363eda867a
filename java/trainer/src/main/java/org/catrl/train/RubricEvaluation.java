package org.catrl.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.catrl.data.DataException;
import org.catrl.data.LabelledPrompt;
import org.catrl.generate.Group;
import org.catrl.generate.Rollout;
import org.catrl.reward.Criterion;
import org.catrl.reward.Judge;
import org.catrl.reward.RubricScore;

/**
 * HealthBench: every response is graded by the rubric that comes with its prompt, by simple-evals' rule. The gold answer of
 * a problem is its rubric, a JSON list of {@code {"criterion": ..., "points": ...}}. A response on which the grader gave
 * no verdict for some criterion is scored by the others; one without any is left out and counted.
 */
public final class RubricEvaluation {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int STEP = -1;
    private static final int RESAMPLES = 1000;

    /**
     * @param score      mean over responses, clipped to [0, 1]
     * @param error      its standard error by bootstrap
     * @param responses  that were scored
     * @param unscored   that were not
     * @param noVerdicts share of the criteria asked
     */
    public record Report(double score, double error, int responses, int unscored, double noVerdicts) {
        public Map<String, Double> metrics() {
            Map<String, Double> metrics = new LinkedHashMap<>();
            metrics.put("eval_healthbench_score", score);
            metrics.put("eval_healthbench_error", error);
            metrics.put("eval_unscored", (double) unscored);
            metrics.put("eval_no_verdicts", noVerdicts);
            return metrics;
        }
    }

    private final List<LabelledPrompt> problems;
    private final Judge grader;
    private final EvaluationSettings settings;

    public RubricEvaluation(List<LabelledPrompt> problems, Judge grader, EvaluationSettings settings) {
        this.problems = List.copyOf(problems);
        this.grader = grader;
        this.settings = settings;
        problems.forEach(RubricEvaluation::rubric);
    }

    /** The rubric that a labelled prompt carries. @throws DataException when it is none */
    public static List<Criterion> rubric(LabelledPrompt problem) {
        try {
            List<Criterion> criteria = new ArrayList<>();
            for (JsonNode one : JSON.readTree(problem.gold())) {
                criteria.add(new Criterion(one.path("criterion").asText(), one.path("points").doubleValue()));
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
        List<Double> scores = new ArrayList<>();
        int[] counts = new int[3];
        for (int from = 0; from < problems.size(); from += settings.batch()) {
            List<LabelledPrompt> batch = problems.subList(from, Math.min(problems.size(), from + settings.batch()));
            List<Group> groups = policy.sample(batch.stream().map(LabelledPrompt::prompt).toList(), settings.samples(),
                    settings.sampling(), STEP);
            grade(batch, groups, scores, counts);
            progress.accept(from + batch.size());
        }
        if (scores.isEmpty()) {
            throw new DataException("the grader gave no verdict on any response; there is no score");
        }
        return new Report(RubricScore.aggregate(scores), RubricScore.bootstrapError(scores, RESAMPLES, 1), scores.size(),
                counts[0], counts[1] / (double) counts[2]);
    }

    /** @param counts responses unscored, criteria without a verdict, criteria */
    private void grade(List<LabelledPrompt> batch, List<Group> groups, List<Double> scores, int[] counts) {
        List<Judge.Question> questions = new ArrayList<>();
        for (int at = 0; at < batch.size(); at++) {
            for (Rollout rollout : groups.get(at).rollouts()) {
                for (Criterion criterion : rubric(batch.get(at))) {
                    questions.add(new Judge.Question(batch.get(at).prompt().id(), Optional.of(batch.get(at).prompt().text()),
                            rollout.text(), criterion.text()));
                }
            }
        }
        var verdicts = grader.judge(questions, STEP).iterator();
        for (int at = 0; at < batch.size(); at++) {
            for (int rollout = 0; rollout < groups.get(at).rollouts().size(); rollout++) {
                List<Double> points = new ArrayList<>();
                List<Boolean> met = new ArrayList<>();
                for (Criterion criterion : rubric(batch.get(at))) {
                    Optional<Boolean> verdict = verdicts.next().met();
                    counts[1] += verdict.isEmpty() ? 1 : 0;
                    counts[2]++;
                    verdict.ifPresent(yes -> {
                        points.add(criterion.points());
                        met.add(yes);
                    });
                }
                RubricScore.of(points, met).ifPresentOrElse(scores::add, () -> counts[0]++);
            }
        }
    }
}
