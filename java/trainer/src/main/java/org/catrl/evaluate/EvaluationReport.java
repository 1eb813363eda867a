package org.catrl.evaluate;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What a policy and its aggregator score against gold answers. Accuracies are shares of problems in [0, 1].
 *
 * @param problems           how many were asked
 * @param samples            rollouts per problem
 * @param labelAccuracy      mean over all samples (mean@k)
 * @param labelError         its standard error, over problems
 * @param greedyAccuracy     that of the most likely tokens
 * @param majorityAccuracy   that of the vote over a problem's samples (maj@k)
 * @param passAccuracy       share of problems with at least one sample right (best@k)
 * @param aggregatorAccuracy that of the aggregator's reference for a problem's samples; empty without an aggregator
 * @param allWrong           what became of the problems with no right sample
 * @param repairAccuracy     that of the aggregator on rollouts that all share one slip; empty where there are none
 */
public record EvaluationReport(int problems, int samples, double labelAccuracy, double labelError,
                               double greedyAccuracy, double majorityAccuracy, double passAccuracy,
                               OptionalDouble aggregatorAccuracy, AllWrong allWrong, OptionalDouble repairAccuracy) {
    /**
     * Problems with no right sample.
     *
     * @param problems how many
     * @param right    of those, how many the aggregator got right all the same
     */
    public record AllWrong(int problems, int right) { }

    /** The standard error of a share of problems that are right or wrong. */
    public double error(double accuracy) {
        return Math.sqrt(accuracy * (1 - accuracy) / problems);
    }

    /** The {@code eval_*} metrics, those that were measured. */
    public Map<String, Double> metrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("eval_label_accuracy", labelAccuracy);
        metrics.put("eval_label_accuracy_error", labelError);
        metrics.put("eval_greedy_accuracy", greedyAccuracy);
        metrics.put("eval_majority_accuracy", majorityAccuracy);
        metrics.put("eval_pass_accuracy", passAccuracy);
        aggregatorAccuracy.ifPresent(value -> metrics.put("eval_teacher_accuracy", value));
        aggregatorAccuracy.ifPresent(value -> metrics.put("eval_right_when_all_wrong", (double) allWrong.right));
        metrics.put("eval_all_wrong", (double) allWrong.problems);
        repairAccuracy.ifPresent(value -> metrics.put("eval_repair_accuracy", value));
        return metrics;
    }
}
