package org.catrl.model;

import java.util.List;
import org.catrl.compute.Buffer;
import org.catrl.compute.PagedRows;

/** A model's layers over the paged cache that decoding reads and writes: from ids to the residual stream. */
final class LayerStack {
    private final Embedding embedding;
    private final List<Layer> layers;
    private final KvCache cache;
    private final RotaryTables rotary;

    /**
     * The layers of these weights.
     *
     * @param cache  of every layer
     * @param rotary long enough for the cache
     */
    LayerStack(Weights weights, KvCache cache, RotaryTables rotary) {
        this.embedding = new Embedding(weights);
        this.layers = Layer.all(weights);
        this.cache = cache;
        this.rotary = rotary;
    }

    /**
     * Computes x storage[N, C] = the residual stream after the last layer.
     *
     * @param ids         I32[N], the tokens
     * @param rows        where they stand in their sequences and in the cache
     * @param activations in place on x
     */
    void forward(Buffer x, Buffer ids, PagedRows rows, Activations activations) {
        embedding.forward(x, ids, rows.count());
        for (int layer = 0; layer < layers.size(); layer++) {
            layers.get(layer).forward(x, x, activations,
                    new Layer.Context(rows, rotary.of(layer), cache.keys(layer), cache.values(layer)));
        }
    }
}
