package org.catrl.recipe;

import java.nio.file.Path;
import java.util.List;

/**
 * Reads recipes of either kind of training. Their paths come out absolute, so that the run's record can be read from
 * anywhere.
 *
 * <pre>{@code
 * TrainRecipe recipe = Recipes.train(Path.of("models/arithmetic/cat.yaml"), List.of("grpo.epsilon=0.1"));
 * }</pre>
 */
public final class Recipes {
    private Recipes() { }

    /**
     * A recipe of Compute as Teacher.
     *
     * @param overrides {@code key=value}, as after --set; see {@link RecipeFile#parse}
     * @throws RecipeException naming file, line and key
     */
    public static TrainRecipe train(Path file, List<String> overrides) {
        return train(parse(file, overrides));
    }

    /** A recipe of supervised training; otherwise as {@link #train}. */
    public static SftRecipe sft(Path file, List<String> overrides) {
        return sft(parse(file, overrides));
    }

    /** A recipe of either kind, told apart by its keys; otherwise as {@link #train}. */
    public static Recipe either(Path file, List<String> overrides) {
        RecipeFile recipe = parse(file, overrides);
        return recipe.hasKeyOf(LessonRecipe.class) ? sft(recipe) : train(recipe);
    }

    /**
     * The recipe of either kind that a run's record holds.
     *
     * @param source where it stands, for messages
     * @param yaml   as {@link RecipeYaml#write} writes it
     * @throws RecipeException naming the source, line and key
     */
    public static Recipe recorded(String source, String yaml) {
        RecipeFile recipe = RecipeFile.of(source, yaml);
        return recipe.hasKeyOf(LessonRecipe.class) ? sft(recipe) : train(recipe);
    }

    /** Runs of the first version wrote {@code schema: plain} beside generated data too, where it said nothing. */
    private static RecipeFile parse(Path file, List<String> overrides) {
        return RecipeFile.parse(file, overrides).without("data", "schema", "plain");
    }

    private static TrainRecipe train(RecipeFile recipe) {
        recipe.requireKnownKeys(TrainRecipe.class);
        DataSource data = recipe.read("data", DataSource.class).orElseThrow(() -> recipe.wrong("data is missing; say "
                + "what to train on, e.g. data: {train: prompts.jsonl}, or data: {source: arithmetic} for generated "
                + "sums"));
        return recipe.read(recipe.read("preset", Preset.class).orElse(Preset.TRL_DEFAULTS).recipe(data));
    }

    private static SftRecipe sft(RecipeFile recipe) {
        SftRecipe read = recipe.read(SftRecipe.DEFAULTS);
        if (read.lesson().isEmpty()) {
            throw recipe.wrong("stages is empty and there are no examples; supervised training needs one of them");
        }
        return read;
    }
}
