package org.catrl.generate;

import java.util.List;
import org.catrl.data.Prompt;

/** The G rollouts of one prompt. */
public record Group(Prompt prompt, List<Rollout> rollouts) {
    public Group {
        rollouts = List.copyOf(rollouts);
    }
}
