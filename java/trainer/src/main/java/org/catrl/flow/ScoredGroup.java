package org.catrl.flow;

import java.util.List;

/**
 * A group whose rollouts have their rewards.
 *
 * @param taught  the rollouts and their reference
 * @param rewards one per rollout
 */
public record ScoredGroup(TaughtGroup taught, List<Reward> rewards) {
    public ScoredGroup {
        rewards = List.copyOf(rewards);
        int rollouts = taught.group().rollouts().size();
        if (rewards.size() != rollouts) {
            throw new IllegalArgumentException("rewards are " + rewards.size() + "; there must be one for each of the "
                    + rollouts + " rollouts of prompt " + taught.group().prompt().id());
        }
    }

    /** A group none of whose rollouts has a reward. */
    public static ScoredGroup withoutVerdict(TaughtGroup taught, String why) {
        return new ScoredGroup(taught, taught.group().rollouts().stream().map(rollout -> Reward.noVerdict(why))
                .toList());
    }

    /** The rollouts. */
    public SampledGroup group() {
        return taught.group();
    }

    /** What they were held against. */
    public PseudoReference reference() {
        return taught.reference();
    }
}
