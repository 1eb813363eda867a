package org.catrl.recipe;

import static org.catrl.setting.SettingException.require;

import java.nio.file.Path;
import org.catrl.lm.FenceMark;
import org.catrl.setting.Inline;

/**
 * What a run is called, which model it is of, and where it runs. Its keys stand at the top of a recipe.
 *
 * <pre>{@code
 * name: mine
 * model: Qwen3-4B   # from the recipe's own folder
 * seed: 1
 * prompt_secret: any-eight-letters-or-more
 * dtype: bfloat16
 * }</pre>
 *
 * @param name         the name of the run, for its folder
 * @param model        folder of the initial weights; with supervised training on a corpus, of configuration and
 *                     tokenizer alone
 * @param seed         the seed of everything drawn
 * @param promptSecret what the marks around untrusted text in prompts are made of; absent: drawn for the run, and
 *                     recorded in its recipe.yaml. Two runs whose prompts hold marks are equal only under one secret
 * @param out          the run's folder, from where the program runs; absent: runs/DATE-TIME-NAME
 * @param metrics      where the metrics go beside the record
 * @param dtype        what passes read and store
 * @param backend      where it runs
 */
public record RunRecipe(String name, Path model, long seed, String promptSecret, String out, MetricsRecipe metrics,
                        StorageName dtype, @Inline BackendRecipe backend) {
    public RunRecipe {
        require(name != null && name.matches("[^/\\\\\\p{Cntrl}]{1,100}") && !name.startsWith("."), "name", name,
                "the name of a folder: without / or \\, not beginning with a dot, of at most 100 letters");
        require(out == null || !out.isBlank(), "out", "empty", "the name of a folder; or leave the key out");
        require(promptSecret == null || promptSecret.length() >= FenceMark.SHORTEST, "prompt_secret",
                "\"" + promptSecret + "\"", "a text of at least " + FenceMark.SHORTEST + " characters");
    }

    /** A run of this name, of the model beside the recipe. */
    static RunRecipe of(String name, StorageName dtype) {
        return new RunRecipe(name, Path.of("."), 42, null, null, MetricsRecipe.DEFAULTS, dtype,
                BackendRecipe.DEFAULTS);
    }

    /** The same with a secret: its own, or where it has none one that is drawn now. */
    RunRecipe keyed() {
        return promptSecret != null ? this
                : new RunRecipe(name, model, seed, FenceMark.randomSecret(), out, metrics, dtype, backend);
    }

    /**
     * The marks around untrusted text in this run's prompts.
     *
     * @throws IllegalStateException when the recipe has no secret yet, see {@link Recipe#keyed}
     */
    public FenceMark fenceMark() {
        if (promptSecret == null) {
            throw new IllegalStateException("the recipe has no prompt_secret yet; a run begins with recipe.keyed()");
        }
        return new FenceMark(promptSecret);
    }
}
