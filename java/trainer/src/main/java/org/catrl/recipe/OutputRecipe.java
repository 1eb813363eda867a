package org.catrl.recipe;

/**
 * What a run writes down. Its keys stand at the top of a recipe.
 *
 * <pre>{@code
 * record: {groups_per_step: 4}
 * }</pre>
 *
 * @param record what its run.db keeps
 */
public record OutputRecipe(RecordRecipe record) {
    static final OutputRecipe DEFAULTS = new OutputRecipe(RecordRecipe.DEFAULTS);
}
