package org.catrl.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.catrl.flow.Reward;
import org.catrl.flow.ScoredGroup;

/** The reward metrics of a step, over verdicts only. */
final class RewardMetrics {
    private RewardMetrics() { }

    static Map<String, Double> of(List<ScoredGroup> scored, Advantages advantages, String name) {
        RewardStats all = new RewardStats();
        scored.stream().flatMap(group -> group.rewards().stream()).map(Reward::value)
                .forEach(value -> value.ifPresent(all::add));
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("reward", advantages.reward());
        metrics.put("reward_std", advantages.rewardStd());
        metrics.put("frac_reward_zero_std", advantages.fracRewardZeroStd());
        metrics.put("rewards/" + name + "/mean", advantages.reward());
        metrics.put("rewards/" + name + "/std", all.deviation());
        metrics.put("no_verdicts", (double) advantages.noVerdicts());
        advantages.kl().ifPresent(kl -> metrics.put("kl", kl));
        return metrics;
    }
}
