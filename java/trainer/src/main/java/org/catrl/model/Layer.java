package org.catrl.model;

import java.util.List;
import java.util.stream.IntStream;
import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.compute.GluActivation;
import org.catrl.compute.Heads;
import org.catrl.compute.Rows;

/** One transformer layer, forward and backward: the only text of it, for training and decoding alike. */
final class Layer {
    private final Backend backend;
    private final ModelConfig config;
    private final Heads heads;
    private final int width;
    private final int ffn;
    private final LayerTensors weights;
    private final PackedWeights.Layer packed;

    private Layer(Weights weights, int layer) {
        this.backend = weights.backend();
        this.config = weights.config();
        this.heads = config.heads();
        this.width = config.width();
        this.ffn = config.ffn();
        this.weights = LayerTensors.of(weights.values(), weights.layout(), layer);
        this.packed = weights.packed().layer(layer);
    }

    /** A model's layers, in order. */
    static List<Layer> all(Weights weights) {
        return IntStream.range(0, weights.config().layers()).mapToObj(layer -> new Layer(weights, layer)).toList();
    }

    /**
     * Which rows a pass works on, and what it reads beside them.
     *
     * @param rotary F32[positions, D]
     * @param keys   the layer's key cache
     * @param values the layer's value cache
     */
    record Context(Rows rows, Buffer rotary, Buffer keys, Buffer values) { }

    /** output REAL[N, C] = the layer of input REAL[N, C]; output, input and a.middle may be one buffer. */
    void forward(Buffer output, Buffer input, Activations a, Context context) {
        inner(input, a, context);
        backend.linear(output, a.glu(), packed.down(), null, a.middle(), context.rows().count(), width, ffn);
    }

    /** All of {@link #forward} that a backward reads again: everything but the last product. */
    void inner(Buffer input, Activations a, Context context) {
        attend(input, a, context);
        int n = context.rows().count();
        backend.rmsnorm(a.postNorm(), a.postRstd(), a.middle(), weights.postNorm(), n, width, config.epsilon());
        backend.linear(a.gateUp(), a.postNorm(), packed.gateUp(), null, null, n, 2 * ffn, width);
        backend.glu(a.glu(), a.gateUp(), n, ffn, GluActivation.SILU);
    }

    private void attend(Buffer input, Activations a, Context context) {
        Rows rows = context.rows();
        int n = rows.count();
        backend.rmsnorm(a.inputNorm(), a.inputRstd(), input, weights.inputNorm(), n, width, config.epsilon());
        backend.linear(a.qkv(), a.inputNorm(), packed.qkv(), weights.qkvBias(), null, n, heads.fusedWidth(), width);
        backend.rope(a.query(), context.keys(), context.values(), a.qkv(), rows, heads, context.rotary(),
                weights.queryNorm(), weights.keyNorm(), config.epsilon());
        backend.attention(a.attended(), a.lse(), a.query(), context.keys(), context.values(), rows, heads,
                config.attentionScale(), 0);
        backend.linear(a.middle(), a.attended(), packed.output(), null, input, n, width, heads.queryWidth());
    }

    /**
     * residual REAL[N, C] holds the gradient of the output and becomes that of the input; parameters' gradients are
     * added to {@code into}. The forward's gateUp is overwritten.
     */
    void backward(Buffer residual, Buffer input, Activations a, LayerGradients g, LayerTensors into, Context context) {
        feedForwardBackward(residual, a, g, into, context.rows().count());
        attendBackward(residual, input, a, g, into, context);
    }

    private void feedForwardBackward(Buffer residual, Activations a, LayerGradients g, LayerTensors into, int n) {
        backend.linearBackwardWeight(into.down(), null, residual, a.glu(), n, width, ffn);
        backend.linearBackwardInput(g.glu(), residual, weights.down(), n, width, ffn, false);
        backend.gluBackward(a.gateUp(), g.glu(), a.gateUp(), n, ffn, GluActivation.SILU);
        backend.linearBackwardWeight(into.gateUp(), null, a.gateUp(), a.postNorm(), n, 2 * ffn, width);
        backend.linearBackwardInput(g.norm(), a.gateUp(), weights.gateUp(), n, 2 * ffn, width, false);
        backend.rmsnormBackward(residual, into.postNorm(), g.norm(), a.middle(), weights.postNorm(), a.postRstd(), n,
                width);
    }

    private void attendBackward(Buffer residual, Buffer input, Activations a, LayerGradients g, LayerTensors into,
                                Context context) {
        Rows rows = context.rows();
        int n = rows.count();
        backend.linearBackwardWeight(into.output(), null, residual, a.attended(), n, width, heads.queryWidth());
        backend.linearBackwardInput(g.attended(), residual, weights.output(), n, width, heads.queryWidth(), false);
        backend.attentionBackward(g.qkv(), g.attended(), a.attended(), a.lse(), a.query(), context.keys(),
                context.values(), rows, heads, config.attentionScale(), 0);
        backend.ropeBackward(g.qkv(), a.qkv(), rows, heads, context.rotary(), weights.queryNorm(), weights.keyNorm(),
                into.queryNorm(), into.keyNorm(), config.epsilon());
        backend.linearBackwardWeight(into.qkv(), into.qkvBias(), g.qkv(), a.inputNorm(), n, heads.fusedWidth(), width);
        backend.linearBackwardInput(g.norm(), g.qkv(), weights.qkv(), n, heads.fusedWidth(), width, false);
        backend.rmsnormBackward(residual, into.inputNorm(), g.norm(), input, weights.inputNorm(), a.inputRstd(), n,
                width);
    }
}
