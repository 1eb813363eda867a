package org.catrl.train;

import static org.catrl.setting.SettingException.require;

import java.util.Optional;
import org.catrl.compute.DType;
import org.catrl.lm.ChatSettings;
import org.catrl.model.LoraSettings;
import org.catrl.model.TransformerSettings;

/**
 * How {@link Sft} learns.
 *
 * @param optimizer        AdamW and its schedule
 * @param totalSteps       optimizer steps of the run, for the schedule
 * @param microBatchTokens most token rows of one pass; 0 = no limit. No split changes a bit of the result
 * @param transformer      memory against time
 * @param storage          what passes read and store; the optimizer keeps F32
 * @param lora             an adapter that learns in place of the weights
 * @param chat             how prompts are put into the model's chat template; empty = they are what they are
 * @param appendEos        whether every completion ends in an end token of the model, and learns to end
 */
public record SftSettings(OptimizerConfig optimizer, int totalSteps, int microBatchTokens,
                          TransformerSettings transformer, DType storage, Optional<LoraSettings> lora,
                          Optional<ChatSettings> chat, boolean appendEos) {
    public SftSettings {
        require(totalSteps >= 1, "total_steps", totalSteps, "1 or more");
        require(microBatchTokens >= 0, "micro_batch_tokens", microBatchTokens, "0 (no limit) or more");
    }
}
