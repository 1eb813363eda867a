package org.catrl.flow;

import java.util.List;
import java.util.Optional;
import org.catrl.data.Prompt;

/**
 * The G rollouts of one prompt.
 *
 * @param prompt   what was asked
 * @param rollouts the answers, in order
 * @param origin   what drew them; empty where they were written down by someone else, so that nothing learns from them
 */
public record SampledGroup(Prompt prompt, List<Rollout> rollouts, Optional<Origin> origin) {
    /**
     * Where rollouts come from.
     *
     * @param promptIds the prompt's token ids as the model read them: nobody tokenises it again
     * @param weights   those that drew
     */
    public record Origin(int[] promptIds, WeightsVersion weights) { }

    public SampledGroup {
        rollouts = List.copyOf(rollouts);
    }

    /** Rollouts that no model of this process drew. */
    public SampledGroup(Prompt prompt, List<Rollout> rollouts) {
        this(prompt, rollouts, Optional.empty());
    }

    /** The group without its rollouts from {@code count} on. */
    public SampledGroup first(int count) {
        return count >= rollouts.size() ? this : new SampledGroup(prompt, rollouts.subList(0, count), origin);
    }

    /**
     * The prompt's token ids as the model read them.
     *
     * @throws IllegalStateException when no model of this process drew the rollouts
     */
    public int[] promptIds() {
        return origin.map(Origin::promptIds).orElseThrow(() -> new IllegalStateException("the rollouts of prompt "
                + prompt.id() + " were drawn by no model of this process, so its token ids are not known; only groups "
                + "that a policy sampled can be scored token by token or learned from"));
    }
}
