package org.catrl.recipe;

import java.util.Optional;
import org.catrl.model.LoraSettings;
import org.catrl.model.TransformerSettings;
import org.catrl.train.GrpoConfig;
import org.catrl.train.OptimizerConfig;

/**
 * How the policy learns. Its keys stand at the top of a recipe.
 *
 * <pre>{@code
 * grpo: {num_generations: 8, loss_type: dapo}
 * optimizer: {learning_rate: 1e-6}
 * lora: {r: 16, lora_alpha: 32}
 * }</pre>
 *
 * @param grpo      the loss
 * @param optimizer AdamW and its schedule
 * @param lora      train an adapter instead of the weights; absent: the weights
 * @param recompute activations are computed again in the backward pass: less memory, more time, the same bits
 */
public record UpdateRecipe(GrpoConfig grpo, OptimizerConfig optimizer, LoraRecipe lora, boolean recompute) {
    /** The adapter, where one is trained. */
    public Optional<LoraSettings> adapter() {
        return Optional.ofNullable(lora).map(LoraRecipe::toSettings);
    }

    /** Memory against time. */
    public TransformerSettings transformer() {
        return new TransformerSettings(recompute, TransformerSettings.DEFAULT.logitBytes());
    }
}
