package org.catrl.train;

import java.util.ArrayList;
import java.util.List;
import org.catrl.flow.SampledGroup;

/**
 * Log-probabilities of a group's tokens under some weights.
 *
 * @param group    the rollouts
 * @param rollouts one array per rollout, one number per token of its completion
 */
public record GroupLogProbs(SampledGroup group, List<float[]> rollouts) {
    /** Scores of all rollouts of all groups, in order, cut by group. */
    static List<GroupLogProbs> of(List<SampledGroup> groups, List<float[]> scores) {
        List<GroupLogProbs> cut = new ArrayList<>();
        int from = 0;
        for (SampledGroup group : groups) {
            int end = from + group.rollouts().size();
            cut.add(new GroupLogProbs(group, List.copyOf(scores.subList(from, end))));
            from = end;
        }
        return cut;
    }
}
