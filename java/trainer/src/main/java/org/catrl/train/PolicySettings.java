package org.catrl.train;

import static org.catrl.train.Check.require;

import java.util.Optional;
import org.catrl.compute.DType;
import org.catrl.lm.ChatSettings;
import org.catrl.model.LoraSettings;
import org.catrl.model.TransformerSettings;

/**
 * How a {@link Policy} samples and learns.
 *
 * @param seed         of everything that is drawn
 * @param optimizer    AdamW and its schedule
 * @param totalSteps   optimizer steps of the whole run, for the schedule
 * @param maxBatchRows most token rows of one decoding pass; no bit depends on it
 * @param cacheBytes   memory of the paged key/value cache, of the policy and of the anchor each; no bit depends on it
 * @param transformer  memory against time in the update
 * @param storage      F32, or BF16 where the backend has it: weights, activations and cache take half the memory, while
 *                     the optimizer keeps F32
 * @param lora         an adapter that learns in place of the weights, which then stay as they are
 * @param chat         prompts are put into the model's chat template; empty = they are what they are
 */
public record PolicySettings(long seed, OptimizerConfig optimizer, int totalSteps, int maxBatchRows, long cacheBytes,
                             TransformerSettings transformer, DType storage, Optional<LoraSettings> lora,
                             Optional<ChatSettings> chat) {
    public PolicySettings {
        require(totalSteps >= 1, "total_steps", totalSteps, "1 or more");
        require(maxBatchRows >= 1, "max_batch_rows", maxBatchRows, "1 or more");
        require(cacheBytes >= 1, "cache_bytes", cacheBytes, "1 or more");
    }

    /** 256 rows a pass, caches of at most 128 MB, all activations kept. */
    public static PolicySettings of(long seed, OptimizerConfig optimizer, int totalSteps) {
        return new PolicySettings(seed, optimizer, totalSteps, 256, 128L << 20, TransformerSettings.DEFAULT, DType.F32,
                Optional.empty(), Optional.empty());
    }

    /** The same with memory against time in the update. */
    public PolicySettings withTransformer(TransformerSettings other) {
        return new PolicySettings(seed, optimizer, totalSteps, maxBatchRows, cacheBytes, other, storage, lora, chat);
    }

    /** The same in another storage type. */
    public PolicySettings withStorage(DType other) {
        return new PolicySettings(seed, optimizer, totalSteps, maxBatchRows, cacheBytes, transformer, other, lora,
                chat);
    }

    /** The same with another size of the caches. */
    public PolicySettings withCacheBytes(long bytes) {
        return new PolicySettings(seed, optimizer, totalSteps, maxBatchRows, bytes, transformer, storage, lora, chat);
    }

    /** The same with an adapter. */
    public PolicySettings withLora(LoraSettings adapter) {
        return new PolicySettings(seed, optimizer, totalSteps, maxBatchRows, cacheBytes, transformer, storage,
                Optional.of(adapter), chat);
    }

    /** The same with prompts in the model's chat template. */
    public PolicySettings withChat(ChatSettings settings) {
        return new PolicySettings(seed, optimizer, totalSteps, maxBatchRows, cacheBytes, transformer, storage, lora,
                Optional.of(settings));
    }
}
