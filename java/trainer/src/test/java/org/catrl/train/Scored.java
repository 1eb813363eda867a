package org.catrl.train;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.catrl.flow.Evidence;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.Reward;
import org.catrl.flow.Rollout;
import org.catrl.flow.SampledGroup;
import org.catrl.flow.ScoredGroup;
import org.catrl.flow.TaughtGroup;

/** Groups with rewards that a test makes up. */
final class Scored {
    private Scored() { }

    static ScoredGroup of(SampledGroup group, List<OptionalDouble> rewards) {
        return new ScoredGroup(new TaughtGroup(group, PseudoReference.abstain("test", rewards.size(), "")),
                rewards.stream().map(value -> new Reward(value, new Evidence.Note("made up"))).toList());
    }

    static List<ScoredGroup> of(List<SampledGroup> groups, Function<Rollout, OptionalDouble> reward) {
        return groups.stream().map(group -> of(group, group.rollouts().stream().map(reward).toList())).toList();
    }
}
