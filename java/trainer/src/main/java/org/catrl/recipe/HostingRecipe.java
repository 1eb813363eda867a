package org.catrl.recipe;

import static org.catrl.setting.SettingException.require;

/**
 * What hosting a model may take; no result depends on it. Its keys stand in the section sampling.
 *
 * <pre>{@code
 * sampling: {max_batch_rows: 512, cache_mb: 8192}
 * }</pre>
 *
 * @param maxBatchRows most token rows of one decoding pass
 * @param cacheMb      memory of the key/value cache, of the policy and of the anchor each
 */
public record HostingRecipe(int maxBatchRows, int cacheMb) {
    public HostingRecipe {
        require(maxBatchRows >= 1, "max_batch_rows", maxBatchRows, "1 or more");
        require(cacheMb >= 1, "cache_mb", cacheMb, "1 or more");
    }

    /** The cache in bytes. */
    public long cacheBytes() {
        return (long) cacheMb << 20;
    }
}
