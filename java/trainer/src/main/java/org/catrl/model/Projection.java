package org.catrl.model;

import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;

/** One product of a layer, y = x W^T, with its adapter: y += scale (x A^T) B^T. */
final class Projection {
    /**
     * Where gradients are added.
     *
     * @param weight F32[n, k], or null where it is not wanted
     * @param bias   F32[n], or null where it is not wanted
     * @param lora   the adapter's, or null without one
     */
    record Into(Buffer weight, Buffer bias, LoraAdapter.Pair lora) { }

    private final Backend backend;
    private final Buffer weight;
    private final Buffer packed;
    private final Buffer bias;
    private final LoraAdapter.Pair lora;
    private final double scale;
    private final int n;
    private final int k;

    Projection(Weights weights, int layer, LinearSite site, Buffer bias) {
        this.backend = weights.backend();
        this.weight = LayerTensors.of(weights.values(), weights.layout(), layer).matrix(site);
        this.packed = weights.packed().matrix(layer, site);
        this.bias = bias;
        LoraAdapter adapter = weights.adapter();
        this.lora = adapter == null ? null : adapter.pair(layer, site);
        this.scale = adapter == null ? 0 : adapter.settings().scale();
        this.n = site.outputs(weights.config());
        this.k = site.inputs(weights.config());
    }

    /**
     * Computes y storage[rows, n] = addend + bias + x W^T and what the adapter adds.
     *
     * @param addend of y's shape, or null; may be y
     * @param low    storage[rows, R], becomes scale x A^T; not touched without an adapter
     */
    void forward(Buffer y, Buffer x, Buffer addend, Buffer low, int rows) {
        backend.linear(y, x, packed, bias, addend, rows, n, k);
        if (lora != null) {
            Buffer reduced = low.slice(0, (long) rows * lora.rank());
            backend.linear(reduced, x, lora.packedA(), null, null, rows, lora.rank(), k);
            backend.scale(reduced, scale);
            backend.linear(y, reduced, lora.packedB(), null, y, rows, n, lora.rank());
        }
    }

    /** Computes dx storage[rows, k] = the gradient of x, from dy; low is as forward left it, dlow is overwritten. */
    void backward(Buffer dx, Buffer dy, Buffer x, Buffer low, Buffer dlow, Into into, int rows) {
        if (into.weight() != null) {
            backend.linearBackwardWeight(into.weight(), into.bias(), dy, x, rows, n, k);
        }
        backend.linearBackwardInput(dx, dy, weight, rows, n, k, false);
        if (lora != null) {
            Buffer reduced = low.slice(0, (long) rows * lora.rank());
            Buffer dreduced = dlow.slice(0, (long) rows * lora.rank());
            backend.linearBackwardWeight(into.lora().b(), null, dy, reduced, rows, n, lora.rank());
            backend.linearBackwardInput(dreduced, dy, lora.b(), rows, n, lora.rank(), false);
            backend.scale(dreduced, scale);
            backend.linearBackwardWeight(into.lora().a(), null, dreduced, x, rows, lora.rank(), k);
            backend.linearBackwardInput(dx, dreduced, lora.a(), rows, lora.rank(), k, true);
        }
    }
}
