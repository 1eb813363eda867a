package org.catrl.train;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * One number per rollout that says how much better than its group it did, made from rewards.
 *
 * @param values            per group and rollout; 0 where the rollout has no verdict
 * @param used              per group and rollout: false = left out of the update
 * @param reward            mean of all verdicts, before any KL penalty; NaN without one
 * @param rewardStd         mean over groups of the standard deviation (divisor n - 1) within the group, likewise
 * @param fracRewardZeroStd share of the groups without spread in their rewards
 * @param noVerdicts        rollouts without a reward
 */
public record Advantages(List<double[]> values, List<boolean[]> used, double reward, double rewardStd,
                         double fracRewardZeroStd, int noVerdicts) {
    /**
     * (reward - mean of the group) / (standard deviation + advantage_epsilon), see {@link ScaleRewards}. Means and
     * deviations are over verdicts only; a group with fewer than two has no spread.
     *
     * @param rewards per group and rollout; empty = no verdict
     */
    public static Advantages of(List<List<OptionalDouble>> rewards, GrpoConfig config) {
        return of(rewards, rewards.stream().map(group -> new double[group.size()]).toList(), config);
    }

    /** The same with beta times the KL penalty subtracted from every reward first. */
    public static Advantages of(List<List<OptionalDouble>> rewards, KlPenalty penalty, GrpoConfig config) {
        return of(rewards, penalty.perRollout().stream().map(group -> scaled(group, config.beta())).toList(), config);
    }

    private static Advantages of(List<List<OptionalDouble>> rewards, List<double[]> penalties, GrpoConfig config) {
        RewardStats batch = new RewardStats();
        List<GroupRewards> groups = new ArrayList<>();
        for (int g = 0; g < rewards.size(); g++) {
            groups.add(new GroupRewards(rewards.get(g), penalties.get(g), batch));
        }
        List<double[]> values = groups.stream().map(group -> group.advantages(config, batch)).toList();
        List<boolean[]> used = groups.stream().map(group -> group.used(config)).toList();
        return new Advantages(values, used,
                rewards.stream().flatMap(List::stream).filter(OptionalDouble::isPresent)
                        .mapToDouble(OptionalDouble::getAsDouble).average().orElse(Double.NaN),
                groups.stream().mapToDouble(group -> group.task().deviation()).average().orElse(0),
                groups.stream().mapToDouble(group -> group.task().none() ? 1 : 0).average().orElse(0),
                groups.stream().mapToInt(group -> group.missing()).sum());
    }

    private static double[] scaled(double[] values, double by) {
        double[] scaled = values.clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= by;
        }
        return scaled;
    }
}
