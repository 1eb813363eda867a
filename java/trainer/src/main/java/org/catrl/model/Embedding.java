package org.catrl.model;

import org.catrl.compute.BFloat16;
import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;

/** The embedding table: from ids to the residual stream, and back. */
final class Embedding {
    private final Weights weights;
    private final Backend backend;
    private final ModelConfig config;
    private final double scale;

    Embedding(Weights weights) {
        this.weights = weights;
        this.backend = weights.backend();
        this.config = weights.config();
        float root = (float) Math.sqrt(config.width());
        // transformers rounds the factor to the type of the weights
        this.scale = weights.storage() == DType.F32 ? root : BFloat16.round(root);
    }

    /** Computes x storage[N, C] = the embeddings of ids I32[N]. */
    void forward(Buffer x, Buffer ids, int n) {
        backend.embed(x, weights.layout().embedding(weights.values()), ids, n, config.width(), config.vocab());
        scale(x);
    }

    /** Computes into F32[V, C] += the gradient, from dx storage[N, C], which is overwritten. */
    void backward(Buffer into, Buffer dx, Buffer ids, int n) {
        scale(dx);
        backend.embedBackward(into, dx, ids, n, config.width(), config.vocab());
    }

    private void scale(Buffer x) {
        if (config.family().scaledEmbedding()) {
            backend.scale(x, scale);
        }
    }
}
