package org.catrl.recipe;

import static org.catrl.setting.SettingException.require;

/**
 * What of a run is recorded.
 *
 * <pre>{@code
 * record: {groups_per_step: 4}
 * }</pre>
 *
 * @param groupsPerStep how many groups of a step are kept with texts, tokens and verdicts of their rollouts, the first
 *                      ones; the others keep prompt, reference, answers and rewards. prompts_per_step or more = all
 */
public record RecordRecipe(int groupsPerStep) {
    static final RecordRecipe DEFAULTS = new RecordRecipe(16);

    public RecordRecipe {
        require(groupsPerStep >= 0, "groups_per_step", groupsPerStep, "0 (none) or more");
    }
}
