package org.catrl.flow;

import java.util.List;
import org.catrl.data.Prompt;

/** The G rollouts of one prompt. */
public record SampledGroup(Prompt prompt, List<Rollout> rollouts) {
    public SampledGroup {
        rollouts = List.copyOf(rollouts);
    }

    /** Without the rollouts from {@code count} on. */
    public SampledGroup first(int count) {
        return count >= rollouts.size() ? this : new SampledGroup(prompt, rollouts.subList(0, count));
    }
}
