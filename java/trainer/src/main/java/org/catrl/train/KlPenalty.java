package org.catrl.train;

import java.util.ArrayList;
import java.util.List;
import org.catrl.compute.KlEstimator;

/**
 * The KL estimate of the policy that sampled against the frozen initial weights, for the placement in the reward.
 *
 * @param perRollout   per group and rollout, the sum over its tokens
 * @param meanPerToken over all tokens of all groups: the metric {@code kl}
 */
public record KlPenalty(List<double[]> perRollout, double meanPerToken) {
    /** @param old, reference per group and rollout, the log-probabilities of its tokens */
    public static KlPenalty of(List<List<float[]>> old, List<List<float[]>> reference, KlEstimator estimator) {
        List<double[]> sums = new ArrayList<>();
        double total = 0;
        long tokens = 0;
        for (int g = 0; g < old.size(); g++) {
            double[] group = new double[old.get(g).size()];
            for (int i = 0; i < group.length; i++) {
                group[i] = sum(old.get(g).get(i), reference.get(g).get(i), estimator);
                total += group[i];
                tokens += old.get(g).get(i).length;
            }
            sums.add(group);
        }
        return new KlPenalty(sums, tokens == 0 ? 0 : total / tokens);
    }

    private static double sum(float[] policy, float[] reference, KlEstimator estimator) {
        double sum = 0;
        for (int t = 0; t < policy.length; t++) {
            double r = (double) reference[t] - policy[t];
            sum += switch (estimator) {
                case K1 -> -r;
                case K2 -> r * r / 2;
                case K3 -> Math.expm1(r) - r;
            };
        }
        return sum;
    }
}
