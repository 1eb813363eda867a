package org.catrl.model;

import java.util.Map;
import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;

/**
 * The gradient of every parameter that learns: of the weights, laid out as {@link Weights#flat}, or of their adapter. A
 * tied embedding is added to from two places; the head's part has a buffer of its own until {@link #finish}, so that
 * each part is one sum in row order and a split into micro-batches changes no bit.
 */
public final class Gradients implements AutoCloseable {
    private static final String OWNER = "gradients";

    private final Backend backend;
    private final Layout layout;
    private final LoraAdapter adapter;
    private final Buffer flat;
    private final Buffer tiedHead;
    private final Buffer mask;
    private final LayerTensors none;
    private final Buffer squares;

    /** The gradients of what learns of these weights, not yet zeroed. */
    public Gradients(Weights weights) {
        backend = weights.backend();
        layout = weights.layout();
        adapter = weights.adapter();
        ModelConfig config = weights.config();
        flat = backend.allocate(DType.F32, weights.trainable().flat().length(), OWNER);
        tiedHead = adapter == null && config.tied()
                ? backend.allocate(DType.F32, (long) config.vocab() * config.width(), OWNER) : null;
        mask = adapter == null ? null : adapter.mask(OWNER);
        none = adapter == null ? null : none(config);
        squares = backend.allocate(DType.F64, 1, OWNER);
    }

    /** The gradients of frozen weights: the norms of q and k are always written, to a place that nobody reads. */
    private LayerTensors none(ModelConfig config) {
        Buffer unread = config.family().queryKeyNorm()
                ? backend.allocate(DType.F32, config.heads().size(), OWNER) : null;
        return new LayerTensors(null, null, unread, unread, null, null, null, Map.of());
    }

    /** Sets all to 0: before the first {@link Transformer#accumulate} of an update. */
    public void zero() {
        backend.fill(flat, 0);
        if (tiedHead != null) {
            backend.fill(tiedHead, 0);
        }
    }

    /** Completes {@link #flat}: after the last {@link Transformer#accumulate} of an update. */
    public void finish() {
        if (tiedHead != null) {
            backend.add(layout.embedding(flat), tiedHead);
            backend.fill(tiedHead, 0);
        }
        if (mask != null) {
            backend.multiply(flat, mask);
        }
    }

    /** The gradients F32[parameters that learn], laid out as these are. */
    public Buffer flat() {
        return flat;
    }

    /** The global norm of {@link #flat}. */
    public double norm() {
        backend.sumSquares(squares, flat);
        return Math.sqrt(squares.doubles()[0]);
    }

    /** The gradients of a layer's tensors; null where one is not wanted. */
    LayerTensors layer(int layer) {
        return adapter == null ? LayerTensors.of(flat, layout, layer) : none;
    }

    /** The gradients of a product: of its weights or, with an adapter, of that alone. */
    Projection.Into of(int layer, LinearSite site) {
        if (adapter != null) {
            return new Projection.Into(null, null, adapter.in(flat, layer, site));
        }
        LayerTensors tensors = layer(layer);
        return new Projection.Into(tensors.matrix(site), site == LinearSite.QKV ? tensors.qkvBias() : null, null);
    }

    /** The embedding's gradient F32[V, C], or null where it is not wanted. */
    Buffer embedding() {
        return adapter == null ? layout.embedding(flat) : null;
    }

    /** The final norm's gradient F32[C], or null where it is not wanted. */
    Buffer finalNorm() {
        return adapter == null ? layout.finalNorm(flat) : null;
    }

    /** The gradient F32[V, C] that the head adds to, or null where it is not wanted. */
    Buffer head() {
        return adapter != null ? null : tiedHead == null ? layout.head(flat) : tiedHead;
    }

    @Override
    public void close() {
        flat.close();
        squares.close();
        for (Buffer other : new Buffer[] {tiedHead, mask, none == null ? null : none.queryNorm()}) {
            if (other != null) {
                other.close();
            }
        }
    }
}
