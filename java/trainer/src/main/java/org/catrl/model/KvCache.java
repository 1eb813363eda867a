package org.catrl.model;

import java.util.ArrayList;
import java.util.List;
import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.compute.HeadShape;

/**
 * The keys and values of every layer, in blocks of {@link org.catrl.compute.PagedRows#BLOCK} positions. Decoding and
 * training read and write it alike; a training sequence simply owns consecutive blocks.
 */
final class KvCache {
    private final Backend backend;
    private final int blocks;
    private final List<Buffer> keys = new ArrayList<>();
    private final List<Buffer> values = new ArrayList<>();

    KvCache(Backend backend, Workspace workspace, HeadShape heads, int layers, int blocks) {
        this.backend = backend;
        this.blocks = blocks;
        for (int layer = 0; layer < layers; layer++) {
            keys.add(workspace.stored(backend.cacheLength(blocks, heads)));
            values.add(workspace.stored(backend.cacheLength(blocks, heads)));
        }
    }

    /** A layer's keys, storage[cacheLength] of {@link Backend#cacheLength}. */
    Buffer keys(int layer) {
        return keys.get(layer);
    }

    /** A layer's values, storage[cacheLength] of {@link Backend#cacheLength}. */
    Buffer values(int layer) {
        return values.get(layer);
    }

    /** Copies a block in every layer. */
    void copyBlock(int source, int target) {
        for (int layer = 0; layer < keys.size(); layer++) {
            backend.copy(block(keys.get(layer), target), block(keys.get(layer), source));
            backend.copy(block(values.get(layer), target), block(values.get(layer), source));
        }
    }

    private Buffer block(Buffer cache, int block) {
        long length = cache.length() / blocks;
        return cache.slice(block * length, length);
    }
}
