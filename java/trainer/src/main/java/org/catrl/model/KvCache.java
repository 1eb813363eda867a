package org.catrl.model;

import java.util.ArrayList;
import java.util.List;
import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.compute.HeadShape;

/**
 * The keys and values of every layer, in blocks of {@link org.catrl.compute.PagedRows#BLOCK} positions. Decoding and training
 * read and write it alike; a training sequence simply owns consecutive blocks.
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
            keys.add(workspace.reals(backend.cacheLength(blocks, heads)));
            values.add(workspace.reals(backend.cacheLength(blocks, heads)));
        }
    }

    /** REAL[cacheLength] */
    Buffer keys(int layer) {
        return keys.get(layer);
    }

    /** REAL[cacheLength] */
    Buffer values(int layer) {
        return values.get(layer);
    }

    /** Copies a block in every layer. */
    void copyBlock(int from, int to) {
        for (int layer = 0; layer < keys.size(); layer++) {
            backend.copy(block(keys.get(layer), to), block(keys.get(layer), from));
            backend.copy(block(values.get(layer), to), block(values.get(layer), from));
        }
    }

    private Buffer block(Buffer cache, int block) {
        long length = cache.length() / blocks;
        return cache.slice(block * length, length);
    }
}
