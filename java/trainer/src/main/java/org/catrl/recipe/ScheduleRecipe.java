package org.catrl.recipe;

import static org.catrl.setting.SettingException.require;

import org.catrl.setting.Inline;

/**
 * How long a run goes on, and what it saves. Its keys stand at the top of a recipe.
 *
 * <pre>{@code
 * max_steps: 100
 * save_steps: 20
 * }</pre>
 *
 * @param maxSteps       updates
 * @param promptsPerStep P, prompts a step
 * @param save           when it saves a checkpoint
 * @param maxEmptySteps  steps in a row from which nothing could be learned that end the run; 0 = it goes on
 */
public record ScheduleRecipe(int maxSteps, int promptsPerStep, @Inline SaveRecipe save, int maxEmptySteps) {
    public ScheduleRecipe {
        require(maxSteps >= 1, "max_steps", maxSteps, "1 or more");
        require(promptsPerStep >= 1, "prompts_per_step", promptsPerStep, "1 or more");
        require(maxEmptySteps >= 0, "max_empty_steps", maxEmptySteps, "0 (the run goes on) or more");
    }
}
