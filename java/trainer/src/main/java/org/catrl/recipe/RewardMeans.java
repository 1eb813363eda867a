package org.catrl.recipe;

import org.catrl.lm.LanguageModel;
import org.catrl.reward.RewardDeriver;
import org.catrl.text.AnswerFormat;

/**
 * What rewards are made of beside their own settings. A run implements it, with the models of its roles.
 *
 * <pre>{@code
 * RewardDeriver reward = new RewardSpec.Answer(1).deriver(means);
 * }</pre>
 */
public interface RewardMeans {
    /** What answers are compared by. */
    AnswerFormat answers();

    /** Most tokens of a completion. */
    int longestCompletion();

    /** The policy as it is now. */
    LanguageModel policy();

    /** The reward by rubrics that the rubric writer proposes. */
    RewardDeriver rubric();

    /** The reward by the data's own rubrics. */
    RewardDeriver givenRubric();

    /** The reward by a judge's word. */
    RewardDeriver judge();

    /**
     * A user's own reward.
     *
     * @throws RecipeException when no provider goes by this name
     */
    RewardDeriver custom(String provider);
}
