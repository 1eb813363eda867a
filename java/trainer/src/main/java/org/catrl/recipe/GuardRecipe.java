package org.catrl.recipe;

import org.catrl.guard.GuardMode;
import org.catrl.guard.GuardSettings;

/**
 * How a run is watched without labels. Its keys stand at the top of a recipe.
 *
 * <pre>{@code
 * guard: stop
 * watch: {every: 20, prompts: 128, samples: 4}
 * }</pre>
 *
 * @param guard what is done about a warning
 * @param watch when the policy is probed, and what is too far a fall
 */
public record GuardRecipe(GuardMode guard, GuardSettings watch) {
    static final GuardRecipe DEFAULTS = new GuardRecipe(GuardMode.WARN, GuardSettings.DEFAULTS);

    /** Whether there is anything to watch. */
    public boolean isOn() {
        return guard != GuardMode.OFF;
    }
}
