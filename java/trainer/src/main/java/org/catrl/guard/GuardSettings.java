package org.catrl.guard;

import static org.catrl.setting.SettingException.require;

/**
 * When a run is probed, and what is too far a fall.
 *
 * <pre>{@code
 * watch: {every: 20, prompts: 128}
 * }</pre>
 *
 * @param every   steps between two probes
 * @param prompts prompts of the probe, without labels
 * @param samples rollouts of each
 * @param loss    share of the gain, from the beginning to the best so far, that may be lost again
 */
public record GuardSettings(int every, int prompts, int samples, double loss) {
    /** What holds where a recipe is silent. */
    public static final GuardSettings DEFAULTS = new GuardSettings(20, 128, 2, 0.15);

    public GuardSettings {
        require(every >= 1, "every", every, "1 or more");
        require(prompts >= 2, "prompts", prompts, "2 or more");
        require(samples >= 1, "samples", samples, "1 or more");
        require(loss > 0 && loss <= 1, "loss", loss, "above 0 and at most 1");
    }
}
