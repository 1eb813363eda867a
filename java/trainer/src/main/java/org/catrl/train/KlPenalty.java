package org.catrl.train;

import java.util.ArrayList;
import java.util.List;
import org.catrl.compute.KlEstimator;

/**
 * The KL estimate of the policy that sampled against the frozen initial weights, for the placement in the reward.
 *
 * @param groups       per group one sum over tokens for each rollout
 * @param meanPerToken the mean over all tokens of all groups: the metric {@code kl}
 */
public record KlPenalty(List<double[]> groups, double meanPerToken) {
    /**
     * The penalty, from log-probabilities of the same tokens under both weights; k1 = -r, k2 = r^2 / 2, k3 = exp(r) - 1
     * - r, where r is reference minus policy (Schulman 2020).
     *
     * @param reference log-probabilities under the initial weights; the rollouts hold those they were drawn with
     * @param estimator which of the three
     */
    public static KlPenalty of(List<GroupLogProbs> reference, KlEstimator estimator) {
        List<double[]> groups = new ArrayList<>();
        double total = 0;
        long tokens = 0;
        for (GroupLogProbs group : reference) {
            double[] sums = new double[group.rollouts().size()];
            for (int i = 0; i < sums.length; i++) {
                float[] sampled = group.group().rollouts().get(i).completion().logProbs();
                sums[i] = sum(sampled, group.rollouts().get(i), estimator);
                total += sums[i];
                tokens += sampled.length;
            }
            groups.add(sums);
        }
        return new KlPenalty(groups, tokens == 0 ? 0 : total / tokens);
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
