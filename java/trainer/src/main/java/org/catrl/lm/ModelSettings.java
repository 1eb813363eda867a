package org.catrl.lm;

import static org.catrl.setting.SettingException.require;

import java.util.Optional;
import org.catrl.compute.DType;
import org.catrl.model.LoraSettings;
import org.catrl.model.TransformerSettings;

/**
 * How a model is hosted in this process, whatever role it plays; what it takes to learn is not among them.
 *
 * <pre>{@code
 * ModelSettings settings = ModelSettings.of(42).withStorage(DType.BF16).withCacheBytes(1L << 30);
 * }</pre>
 *
 * @param seed         the seed of the run, from which each role's random numbers are derived
 * @param maxBatchRows most token rows of one decoding pass; no bit depends on it
 * @param cacheBytes   memory of the paged key/value cache; no bit depends on it
 * @param transformer  memory against time in the passes that score and learn
 * @param storage      F32, or BF16 where the backend has it: weights, activations and cache take half the memory
 * @param lora         an adapter that learns in place of the weights, which then stay as they are
 * @param chat         prompts are put into the model's chat template; empty = they are what they are
 */
public record ModelSettings(long seed, int maxBatchRows, long cacheBytes, TransformerSettings transformer,
                            DType storage, Optional<LoraSettings> lora, Optional<ChatSettings> chat) {
    public ModelSettings {
        require(maxBatchRows >= 1, "max_batch_rows", maxBatchRows, "1 or more");
        require(cacheBytes >= 1, "cache_bytes", cacheBytes, "1 or more");
    }

    /** Settings of 256 rows a pass, a cache of at most 128 MB, all activations kept, F32, no adapter, no template. */
    public static ModelSettings of(long seed) {
        return new ModelSettings(seed, 256, 128L << 20, TransformerSettings.DEFAULT, DType.F32, Optional.empty(),
                Optional.empty());
    }

    /** These settings with other sizes of a decoding pass and of the cache. */
    public ModelSettings withDecoding(int rows, long bytes) {
        return new ModelSettings(seed, rows, bytes, transformer, storage, lora, chat);
    }

    /** These settings with another size of the cache. */
    public ModelSettings withCacheBytes(long bytes) {
        return withDecoding(maxBatchRows, bytes);
    }

    /** These settings with another choice of memory against time in the passes that score and learn. */
    public ModelSettings withTransformer(TransformerSettings other) {
        return new ModelSettings(seed, maxBatchRows, cacheBytes, other, storage, lora, chat);
    }

    /** These settings in another storage type. */
    public ModelSettings withStorage(DType other) {
        return new ModelSettings(seed, maxBatchRows, cacheBytes, transformer, other, lora, chat);
    }

    /** These settings with an adapter that learns; empty = without one. */
    public ModelSettings withLora(Optional<LoraSettings> adapter) {
        return new ModelSettings(seed, maxBatchRows, cacheBytes, transformer, storage, adapter, chat);
    }

    /** These settings with prompts in the model's chat template; empty = as they are. */
    public ModelSettings withChat(Optional<ChatSettings> template) {
        return new ModelSettings(seed, maxBatchRows, cacheBytes, transformer, storage, lora, template);
    }
}
