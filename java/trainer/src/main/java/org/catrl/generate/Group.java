package org.catrl.generate;

import java.util.List;
import org.catrl.data.Prompt;

/** The G rollouts of one prompt. */
public record Group(Prompt prompt, List<Rollout> rollouts) {
    public Group {
        rollouts = List.copyOf(rollouts);
    }

    /** Without the rollouts from {@code count} on. */
    public Group first(int count) {
        return count >= rollouts.size() ? this : new Group(prompt, rollouts.subList(0, count));
    }
}
