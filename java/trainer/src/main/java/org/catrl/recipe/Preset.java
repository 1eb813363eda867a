package org.catrl.recipe;

import org.catrl.train.GrpoConfig;
import org.catrl.train.OptimizerConfig;

/**
 * Whose settings hold where a recipe is silent.
 *
 * <pre>{@code
 * preset: cat-paper
 * }</pre>
 */
public enum Preset {
    /** TRL's defaults, as its GRPOConfig has them. */
    TRL_DEFAULTS {
        @Override
        public TrainRecipe recipe(DataSource data) {
            return new TrainRecipe(this, RunRecipe.of("train", StorageName.FLOAT32), TaskRecipe.of(data),
                    new ScheduleRecipe(100, 16, SaveRecipe.DEFAULTS, 10),
                    new UpdateRecipe(GrpoConfig.trlDefaults(), OptimizerConfig.trlDefaults(), null, false),
                    AggregationRecipe.DEFAULTS, RewardsRecipe.DEFAULTS, RolesRecipe.DEFAULTS,
                    OutputRecipe.DEFAULTS, GuardRecipe.DEFAULTS);
        }
    },
    /**
     * The paper's (arXiv 2509.14234): its batch of 256 is taken as prompts; its sampling differs by model and stands in
     * the recipes of models/paper.
     */
    CAT_PAPER {
        @Override
        public TrainRecipe recipe(DataSource data) {
            return new TrainRecipe(this, RunRecipe.of("cat", StorageName.BFLOAT16), TaskRecipe.catPaper(data),
                    new ScheduleRecipe(1000, 256, new SaveRecipe(50, 10, 3), 10),
                    new UpdateRecipe(GrpoConfig.catPaper(), OptimizerConfig.catPaper(), null, false),
                    AggregationRecipe.DEFAULTS, RewardsRecipe.DEFAULTS, RolesRecipe.DEFAULTS,
                    OutputRecipe.DEFAULTS, GuardRecipe.DEFAULTS);
        }
    };

    /** The recipe that says nothing but this preset and its data. */
    public abstract TrainRecipe recipe(DataSource data);
}
