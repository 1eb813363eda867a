package org.catrl.guard;

import java.util.List;
import java.util.OptionalDouble;
import org.catrl.flow.Reward;
import org.catrl.flow.ScoredGroup;

/**
 * The hacking gap: how much more rollouts earn by what the teacher asks now than by what it asked at step 0. It grows
 * where policy and teacher drift together. A run logs a cheaper estimate as {@code guard/hacking_gap}: the reward of
 * the step's own prompts less the score of the probe.
 */
public final class HackingGap {
    private HackingGap() { }

    /**
     * The difference of the mean rewards; empty where either has no verdict.
     *
     * @param now   rollouts scored by references, or rubrics, made of themselves
     * @param fixed the same rollouts scored by those of step 0
     */
    public static OptionalDouble of(List<ScoredGroup> now, List<ScoredGroup> fixed) {
        OptionalDouble earned = mean(now);
        OptionalDouble due = mean(fixed);
        return earned.isEmpty() || due.isEmpty() ? OptionalDouble.empty()
                : OptionalDouble.of(earned.getAsDouble() - due.getAsDouble());
    }

    private static OptionalDouble mean(List<ScoredGroup> scored) {
        return scored.stream().flatMap(group -> group.rewards().stream()).map(Reward::value)
                .flatMapToDouble(OptionalDouble::stream).average();
    }
}
