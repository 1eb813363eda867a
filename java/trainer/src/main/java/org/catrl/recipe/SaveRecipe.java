package org.catrl.recipe;

import static org.catrl.setting.SettingException.require;

/**
 * When a run saves a checkpoint, from which it can go on. Its keys stand at the top of a recipe. A run that saves any
 * saves one at the end too, so that it can be made longer.
 *
 * <pre>{@code
 * save_minutes: 10
 * save_total_limit: 2
 * }</pre>
 *
 * @param saveSteps      steps between two checkpoints; 0 = not by steps
 * @param saveMinutes    minutes between two checkpoints; 0 = not by time. With save_steps: 0 too there are none, and no
 *                       memory is taken for them
 * @param saveTotalLimit how many checkpoints are kept, the newest, beside the best; 0 = all
 */
public record SaveRecipe(int saveSteps, int saveMinutes, int saveTotalLimit) {
    static final SaveRecipe DEFAULTS = new SaveRecipe(0, 10, 2);

    private static final int MOST_MINUTES = 1_000_000;

    public SaveRecipe {
        require(saveSteps >= 0, "save_steps", saveSteps, "0 (not by steps) or more");
        require(saveMinutes >= 0 && saveMinutes <= MOST_MINUTES, "save_minutes", saveMinutes,
                "0 (not by time) or more, and at most " + MOST_MINUTES);
        require(saveTotalLimit >= 0, "save_total_limit", saveTotalLimit, "0 (all) or more");
    }

    /** Whether there are checkpoints. */
    public boolean isOn() {
        return saveSteps > 0 || saveMinutes > 0;
    }
}
