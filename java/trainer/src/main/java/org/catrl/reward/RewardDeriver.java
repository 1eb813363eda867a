package org.catrl.reward;

import java.util.List;
import java.util.Map;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.SampledGroup;

/** Reward derivation: a group and its pseudo-reference in, one reward with its evidence per rollout out. */
public interface RewardDeriver {
    /** As metrics spell it: {@code rewards/NAME/mean}. */
    String name();

    /** What the last {@link #score} has to tell besides, under the metrics' names. */
    default Map<String, Double> metrics() {
        return Map.of();
    }

    /** References that abstained are not passed. The lists are parallel. */
    List<List<Reward>> score(List<SampledGroup> groups, List<PseudoReference> references, int step);
}
