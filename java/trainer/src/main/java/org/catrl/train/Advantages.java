package org.catrl.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.catrl.flow.Reward;
import org.catrl.flow.ScoredGroup;

/**
 * What an update learns: one number per rollout that says how much better than its group it did, made from rewards.
 *
 * @param groups            the advantages by group, in order
 * @param reward            mean of all verdicts, before any KL penalty; NaN without one
 * @param rewardStd         mean over groups of the standard deviation (divisor n - 1) within the group, before the
 *                          penalty
 * @param fracRewardZeroStd share of the groups without spread in their rewards
 * @param noVerdicts        rollouts without a reward
 * @param kl                mean per token of the KL penalty in the reward; empty where there is none
 */
public record Advantages(List<GroupAdvantages> groups, double reward, double rewardStd, double fracRewardZeroStd,
                         int noVerdicts, OptionalDouble kl) {
    /**
     * Advantages: (reward - mean of the group) / (standard deviation + advantage_epsilon), see {@link ScaleRewards}.
     * Means and deviations are over verdicts only; a group with fewer than two has no spread.
     */
    public static Advantages of(List<ScoredGroup> scored, GrpoConfig config) {
        return of(scored, Optional.empty(), config);
    }

    /** Advantages with beta times the KL penalty, where there is one, subtracted from every reward first. */
    public static Advantages of(List<ScoredGroup> scored, Optional<KlPenalty> penalty, GrpoConfig config) {
        RewardStats batch = new RewardStats();
        List<GroupRewards> rewards = new ArrayList<>();
        for (int g = 0; g < scored.size(); g++) {
            int group = g;
            double[] taken = penalty.map(kl -> scaled(kl.groups().get(group), config.kl().beta()))
                    .orElseGet(() -> new double[scored.get(group).rewards().size()]);
            rewards.add(new GroupRewards(scored.get(g), taken, batch));
        }
        return new Advantages(rewards.stream().map(group -> group.advantages(config, batch)).toList(),
                scored.stream().flatMap(group -> group.rewards().stream()).map(Reward::value)
                        .flatMapToDouble(OptionalDouble::stream).average().orElse(Double.NaN),
                rewards.stream().mapToDouble(group -> group.task().deviation()).average().orElse(0),
                rewards.stream().mapToDouble(group -> group.task().none() ? 1 : 0).average().orElse(0),
                rewards.stream().mapToInt(GroupRewards::missing).sum(),
                penalty.map(kl -> OptionalDouble.of(kl.meanPerToken())).orElse(OptionalDouble.empty()));
    }

    private static double[] scaled(double[] values, double factor) {
        double[] scaled = values.clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= factor;
        }
        return scaled;
    }
}
