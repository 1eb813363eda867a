package org.catrl.model;

import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;

/**
 * The gradient of every parameter, laid out as {@link Weights#flat}. A tied embedding is added to from two places; the
 * head's part has a buffer of its own until {@link #finish}, so that each part is one sum in row order and a split into
 * micro-batches changes no bit.
 */
public final class Gradients implements AutoCloseable {
    private final Backend backend;
    private final Layout layout;
    private final Buffer flat;
    private final Buffer tiedHead;
    private final Buffer squares;

    public Gradients(Weights weights) {
        backend = weights.backend();
        layout = weights.layout();
        ModelConfig config = weights.config();
        flat = backend.allocate(DType.F32, layout.length(), "gradients");
        tiedHead = config.tied()
                ? backend.allocate(DType.F32, (long) config.vocab() * config.width(), "gradients") : null;
        squares = backend.allocate(DType.F64, 1, "gradients");
    }

    /** Before the first {@link Transformer#accumulate} of an update. */
    public void zero() {
        backend.fill(flat, 0);
        if (tiedHead != null) {
            backend.fill(tiedHead, 0);
        }
    }

    /** After the last {@link Transformer#accumulate} of an update; {@link #flat} is complete then. */
    public void finish() {
        if (tiedHead != null) {
            backend.add(layout.embedding(flat), tiedHead);
            backend.fill(tiedHead, 0);
        }
    }

    /** F32[{@link Weights#length}] */
    public Buffer flat() {
        return flat;
    }

    /** The global norm of {@link #flat}. */
    public double norm() {
        backend.sumSquares(squares, flat);
        return Math.sqrt(squares.doubles()[0]);
    }

    LayerTensors layer(int layer) {
        return LayerTensors.of(flat, layout, layer);
    }

    Buffer embedding() {
        return layout.embedding(flat);
    }

    Buffer finalNorm() {
        return layout.finalNorm(flat);
    }

    /** F32[V, C], where the head's part is summed. */
    Buffer head() {
        return tiedHead == null ? layout.head(flat) : tiedHead;
    }

    @Override
    public void close() {
        flat.close();
        squares.close();
        if (tiedHead != null) {
            tiedHead.close();
        }
    }
}
