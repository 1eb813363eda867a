package org.catrl.recipe;

import static org.catrl.setting.SettingException.require;

import java.util.List;
import org.catrl.setting.SettingException;

/**
 * What a rollout is worth. Its keys stand at the top of a recipe.
 *
 * <pre>{@code
 * rewards: [{kind: rubric}, {kind: length_penalty, limit: 750}]
 * judge: {method: likelihood}
 * }</pre>
 *
 * @param rewards   their weighted sum
 * @param rubric    how rubrics are made, for {@code kind: rubric}
 * @param judge     how the judge is asked, for {@code kind: rubric} and {@code kind: judge}
 * @param allowGold training may read gold: for {@code kind: given_rubric}, a control experiment
 */
public record RewardsRecipe(List<RewardSpec> rewards, RubricRecipe rubric, JudgeRecipe judge, boolean allowGold) {
    static final RewardsRecipe DEFAULTS = new RewardsRecipe(List.of(new RewardSpec.Answer(1)), RubricRecipe.DEFAULTS,
            JudgeRecipe.DEFAULTS, false);

    public RewardsRecipe {
        rewards = List.copyOf(rewards);
        require(!rewards.isEmpty(), "rewards", "empty", "a list of at least one");
        for (int i = 0; i < rewards.size(); i++) {
            double weight = rewards.get(i).weight();
            require(Double.isFinite(weight), "rewards." + i + ".weight", weight, "a number");
        }
        boolean gold = rewards.stream().anyMatch(RewardSpec.GivenRubric.class::isInstance);
        if (gold != allowGold) {
            throw new SettingException("allow_gold", allowGold, "it must be " + gold + ": only {kind: given_rubric} "
                    + "lets training read gold");
        }
    }
}
