package org.catrl.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.catrl.recipe.Recipe;
import org.catrl.recipe.RecipeException;
import org.catrl.recipe.Recipes;
import org.catrl.recipe.TrainRecipe;

/** A run of training that was recorded: its recipe, and whether it can be made again. */
final class RecordedRun {
    private RecordedRun() { }

    /**
     * The recipe that a run was made by.
     *
     * @param overrides {@code key=value}, over it
     * @throws RecipeException when the folder holds no run of Compute as Teacher
     */
    static TrainRecipe recipe(Path run, List<String> overrides) {
        Path file = run.resolve("recipe.yaml");
        if (!Files.exists(file)) {
            throw new RecipeException(run + ": is not the folder of a run, it holds no recipe.yaml");
        }
        Recipe recipe = Recipes.either(file, overrides);
        if (recipe instanceof TrainRecipe train) {
            return train.keyed();
        }
        throw new RecipeException(run + ": is a run of supervised training, which samples no groups");
    }

    /**
     * A check that what a run began with is what is there now.
     *
     * @param recorded the facts of the run
     * @param now      those of its recipe as of now
     * @throws RecipeException naming what differs
     */
    static void requireSame(Path run, Map<String, String> recorded, Map<String, String> now) {
        Stream.of("weights", "anchor", "tokenizer", "template", "prompts").forEach(part -> {
            String then = recorded.get("sha256/" + part);
            String there = now.get("sha256/" + part);
            if (then != null && !then.equals(there)) {
                throw new RecipeException(run + ": the " + part + " are not those that the run began with: their "
                        + "SHA-256 was " + then + " and is " + (there == null ? "none" : there)
                        + "; the model of the run is " + recorded.get("model"));
            }
        });
    }
}
