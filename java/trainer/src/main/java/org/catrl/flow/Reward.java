package org.catrl.flow;

import java.util.OptionalDouble;

/**
 * What a rollout is worth.
 *
 * @param value    the reward; empty = no verdict: the rollout is left out of its group, never a silent 0
 * @param evidence what the value rests on
 */
public record Reward(OptionalDouble value, Evidence evidence) {
    /** A reward with what it rests on. */
    public static Reward of(double value, Evidence evidence) {
        return new Reward(OptionalDouble.of(value), evidence);
    }

    /** No verdict, with what was found instead. */
    public static Reward noVerdict(Evidence evidence) {
        return new Reward(OptionalDouble.empty(), evidence);
    }

    /** No verdict, because nothing could be asked. */
    public static Reward noVerdict(String why) {
        return noVerdict(new Evidence.NoVerdict(why));
    }
}
