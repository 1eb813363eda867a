package org.catrl.model;

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

    public Gradients(Weights weights) {
        backend = weights.backend();
        layout = weights.layout();
        adapter = weights.adapter();
        ModelConfig config = weights.config();
        flat = backend.allocate(DType.F32, weights.trained().flat().length(), OWNER);
        tiedHead = adapter == null && config.tied()
                ? backend.allocate(DType.F32, (long) config.vocab() * config.width(), OWNER) : null;
        mask = adapter == null ? null : adapter.mask(OWNER);
        none = adapter == null ? null : none(config);
        squares = backend.allocate(DType.F64, 1, OWNER);
    }

    /** Of frozen weights: the norms of q and k are always written, so there is a place for what nobody reads. */
    private LayerTensors none(ModelConfig config) {
        Buffer unread = config.family().queryKeyNorm()
                ? backend.allocate(DType.F32, config.heads().size(), OWNER) : null;
        return new LayerTensors(null, null, null, unread, unread, null, null, null, null, null, null);
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
        if (mask != null) {
            backend.multiply(flat, mask);
        }
    }

    /** F32, as long as what learns */
    public Buffer flat() {
        return flat;
    }

    /** The global norm of {@link #flat}. */
    public double norm() {
        backend.sumSquares(squares, flat);
        return Math.sqrt(squares.doubles()[0]);
    }

    /** Null where a gradient is not wanted. */
    LayerTensors layer(int layer) {
        return adapter == null ? LayerTensors.of(flat, layout, layer) : none;
    }

    Projection.Into of(int layer, LinearSite site) {
        if (adapter != null) {
            return new Projection.Into(null, null, adapter.in(flat, layer, site));
        }
        LayerTensors tensors = layer(layer);
        return new Projection.Into(tensors.matrix(site), site == LinearSite.QKV ? tensors.qkvBias() : null, null);
    }

    /** F32[V, C], or null where it is not wanted. */
    Buffer embedding() {
        return adapter == null ? layout.embedding(flat) : null;
    }

    /** F32[C], or null likewise. */
    Buffer finalNorm() {
        return adapter == null ? layout.finalNorm(flat) : null;
    }

    /** F32[V, C], where the head's part is summed, or null likewise. */
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
