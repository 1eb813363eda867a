package org.catrl.model;

import java.util.List;
import java.util.stream.IntStream;
import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.compute.Heads;
import org.catrl.compute.Rows;

/** One transformer layer, forward and backward: the only text of it, for training and decoding alike. */
final class Layer {
    private final Backend backend;
    private final ModelConfig config;
    private final Heads heads;
    private final int width;
    private final int ffn;
    private final int window;
    private final LayerTensors weights;
    private final PackedWeights.Layer packed;

    private Layer(Weights weights, int layer) {
        this.backend = weights.backend();
        this.config = weights.config();
        this.heads = config.heads();
        this.width = config.width();
        this.ffn = config.ffn();
        this.window = config.attention().window(layer);
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
        if (a.feedForwardOut() == null) {
            backend.linear(output, a.glu(), packed.down(), null, a.middle(), context.rows().count(), width, ffn);
        } else {
            sum(output, a.middle(), a.feedForwardOut().normed());
        }
    }

    /** All of {@link #forward} that a backward reads again: everything but what makes the output. */
    void inner(Buffer input, Activations a, Context context) {
        attend(input, a, context);
        int n = context.rows().count();
        norm(a.postNorm(), a.postRstd(), a.middle(), weights.postNorm(), n);
        backend.linear(a.gateUp(), a.postNorm(), packed.gateUp(), null, null, n, 2 * ffn, width);
        backend.glu(a.glu(), a.gateUp(), n, ffn, config.family().activation());
        if (a.feedForwardOut() != null) {
            branch(a.feedForwardOut(), a.glu(), packed.down(), weights.feedForwardOutNorm(), n, ffn);
        }
    }

    private void attend(Buffer input, Activations a, Context context) {
        Rows rows = context.rows();
        int n = rows.count();
        norm(a.inputNorm(), a.inputRstd(), input, weights.inputNorm(), n);
        backend.linear(a.qkv(), a.inputNorm(), packed.qkv(), weights.qkvBias(), null, n, heads.fusedWidth(), width);
        backend.rope(a.query(), context.keys(), context.values(), a.qkv(), rows, heads, context.rotary(),
                weights.queryNorm(), weights.keyNorm(), config.epsilon(), config.normOffset());
        backend.attention(a.attended(), a.lse(), a.query(), context.keys(), context.values(), rows, heads,
                config.attentionScale(), window);
        if (a.attentionOut() == null) {
            backend.linear(a.middle(), a.attended(), packed.output(), null, input, n, width, heads.queryWidth());
        } else {
            branch(a.attentionOut(), a.attended(), packed.output(), weights.attentionOutNorm(), n, heads.queryWidth());
            sum(a.middle(), input, a.attentionOut().normed());
        }
    }

    /** What a branch adds to the residual stream: a product and its norm. */
    private void branch(Activations.Branch to, Buffer x, Buffer matrix, Buffer weight, int n, int k) {
        backend.linear(to.out(), x, matrix, null, null, n, width, k);
        norm(to.normed(), to.rstd(), to.out(), weight, n);
    }

    private void norm(Buffer y, Buffer rstd, Buffer x, Buffer weight, int n) {
        backend.rmsnorm(y, rstd, x, weight, n, width, config.epsilon(), config.normOffset());
    }

    /** dx += the gradient of a norm's input. */
    private void normBackward(Buffer dx, Buffer dweight, Buffer dy, Buffer x, Buffer weight, Buffer rstd, int n) {
        backend.rmsnormBackward(dx, dweight, dy, x, weight, rstd, n, width, config.normOffset());
    }

    /** to = a + b; to may be a. */
    private void sum(Buffer to, Buffer a, Buffer b) {
        if (to != a) {
            backend.copy(to, a);
        }
        backend.add(to, b);
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
        Buffer dout = branchBackward(residual, a.feedForwardOut(), g, weights.feedForwardOutNorm(),
                into.feedForwardOutNorm(), n);
        backend.linearBackwardWeight(into.down(), null, dout, a.glu(), n, width, ffn);
        backend.linearBackwardInput(g.glu(), dout, weights.down(), n, width, ffn, false);
        backend.gluBackward(a.gateUp(), g.glu(), a.gateUp(), n, ffn, config.family().activation());
        backend.linearBackwardWeight(into.gateUp(), null, a.gateUp(), a.postNorm(), n, 2 * ffn, width);
        backend.linearBackwardInput(g.norm(), a.gateUp(), weights.gateUp(), n, 2 * ffn, width, false);
        normBackward(residual, into.postNorm(), g.norm(), a.middle(), weights.postNorm(), a.postRstd(), n);
    }

    /** The gradient of a branch's product: of the residual stream itself, where no norm stands between. */
    private Buffer branchBackward(Buffer residual, Activations.Branch branch, LayerGradients g, Buffer weight,
                                  Buffer dweight, int n) {
        if (branch == null) {
            return residual;
        }
        backend.fill(g.branch(), 0);
        normBackward(g.branch(), dweight, residual, branch.out(), weight, branch.rstd(), n);
        return g.branch();
    }

    private void attendBackward(Buffer residual, Buffer input, Activations a, LayerGradients g, LayerTensors into,
                                Context context) {
        Rows rows = context.rows();
        int n = rows.count();
        Buffer dout = branchBackward(residual, a.attentionOut(), g, weights.attentionOutNorm(),
                into.attentionOutNorm(), n);
        backend.linearBackwardWeight(into.output(), null, dout, a.attended(), n, width, heads.queryWidth());
        backend.linearBackwardInput(g.attended(), dout, weights.output(), n, width, heads.queryWidth(), false);
        backend.attentionBackward(g.qkv(), g.attended(), a.attended(), a.lse(), a.query(), context.keys(),
                context.values(), rows, heads, config.attentionScale(), window);
        backend.ropeBackward(g.qkv(), a.qkv(), rows, heads, context.rotary(), weights.queryNorm(), weights.keyNorm(),
                into.queryNorm(), into.keyNorm(), config.epsilon(), config.normOffset());
        backend.linearBackwardWeight(into.qkv(), into.qkvBias(), g.qkv(), a.inputNorm(), n, heads.fusedWidth(), width);
        backend.linearBackwardInput(g.norm(), g.qkv(), weights.qkv(), n, heads.fusedWidth(), width, false);
        normBackward(residual, into.inputNorm(), g.norm(), input, weights.inputNorm(), a.inputRstd(), n);
    }
}
