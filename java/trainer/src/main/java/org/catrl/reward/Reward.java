package org.catrl.reward;

import java.util.List;
import java.util.OptionalDouble;

/**
 * @param value    the reward; empty = no verdict: the rollout is left out of its group, never a silent 0
 * @param evidence what the value rests on, for the run's record
 */
public record Reward(OptionalDouble value, String evidence) {
    public static Reward of(double value, String evidence) {
        return new Reward(OptionalDouble.of(value), evidence);
    }

    public static Reward noVerdict(String why) {
        return new Reward(OptionalDouble.empty(), why);
    }

    /** The values alone, as advantages are made of. */
    public static List<List<OptionalDouble>> values(List<List<Reward>> groups) {
        return groups.stream().map(group -> group.stream().map(Reward::value).toList()).toList();
    }
}
