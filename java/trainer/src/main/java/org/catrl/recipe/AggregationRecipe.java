package org.catrl.recipe;

import org.catrl.setting.SettingException;

/**
 * Who estimates the references. Its keys stand at the top of a recipe.
 *
 * <pre>{@code
 * aggregator: majority
 * num_votes: 32
 * }</pre>
 *
 * @param aggregator     which
 * @param aggregatorName the name of a user's own, for {@code aggregator: custom}
 * @param numVotes       rollouts that it sees; the update learns from the first num_generations of them; 0 =
 *                       num_generations
 */
public record AggregationRecipe(AggregatorName aggregator, String aggregatorName, int numVotes) {
    static final AggregationRecipe DEFAULTS = new AggregationRecipe(AggregatorName.SYNTHESIS, null, 0);

    public AggregationRecipe {
        if (aggregator == AggregatorName.CUSTOM && aggregatorName == null) {
            throw SettingException.missing("aggregator_name", "aggregator: custom has to be told which of your own");
        }
        if (aggregator != AggregatorName.CUSTOM && aggregatorName != null) {
            throw new SettingException("aggregator_name", aggregatorName, "it goes with aggregator: custom, and only "
                    + "with it");
        }
    }
}
