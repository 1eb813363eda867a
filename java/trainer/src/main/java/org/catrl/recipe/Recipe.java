package org.catrl.recipe;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.catrl.lm.ModelSettings;
import org.catrl.model.TransformerSettings;
import org.catrl.train.OptimizerConfig;
import org.catrl.train.PolicySettings;

/**
 * A recipe of either kind of training. What both have: a model and where it runs, and the task by which it is measured.
 *
 * <pre>{@code
 * Recipe recipe = Recipes.either(Path.of("runs/mine/recipe.yaml"), List.of());
 * System.out.println(recipe.run().model() + ", measured on " + recipe.task().eval().problems() + " problems");
 * }</pre>
 */
public sealed interface Recipe permits TrainRecipe, SftRecipe {
    /** What the run is called, which model it is of, and where it runs. */
    RunRecipe run();

    /** The same with a prompt_secret: its own, or where it has none one that is drawn now. */
    Recipe keyed();

    /** What is asked, how it is answered, and how that is measured. */
    TaskRecipe task();

    /** Rollouts that meet in one synthesis. */
    int numGenerations();

    /**
     * How a model of this folder is hosted when it only answers.
     *
     * @throws IOException when it cannot be read
     */
    default PolicySettings hostingSettings(Path folder) throws IOException {
        HostingRecipe hosting = task().sampling().hosting();
        return new PolicySettings(new ModelSettings(run().seed(), hosting.maxBatchRows(), hosting.cacheBytes(),
                TransformerSettings.DEFAULT, run().dtype().type(), Optional.empty(), task().chat().settings(folder)),
                OptimizerConfig.trlDefaults(), 1);
    }
}
