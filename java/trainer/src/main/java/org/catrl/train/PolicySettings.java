package org.catrl.train;

import static org.catrl.setting.SettingException.require;

import org.catrl.lm.ModelSettings;

/**
 * How a {@link Policy} is hosted and learns.
 *
 * @param model      how its weights are hosted, and the run's seed; those of the anchor too, which takes a cache of its
 *                   own
 * @param optimizer  AdamW and its schedule
 * @param totalSteps optimizer steps of the whole run, for the schedule
 */
public record PolicySettings(ModelSettings model, OptimizerConfig optimizer, int totalSteps) {
    public PolicySettings {
        require(totalSteps >= 1, "total_steps", totalSteps, "1 or more");
    }

    /** Settings with the model hosted as {@link ModelSettings#of} that seed says. */
    public static PolicySettings of(long seed, OptimizerConfig optimizer, int totalSteps) {
        return new PolicySettings(ModelSettings.of(seed), optimizer, totalSteps);
    }

    /** These settings with the model hosted otherwise. */
    public PolicySettings withModel(ModelSettings other) {
        return new PolicySettings(other, optimizer, totalSteps);
    }
}
