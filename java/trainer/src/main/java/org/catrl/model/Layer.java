package org.catrl.model;

import java.util.List;
import java.util.stream.IntStream;
import org.catrl.compute.AttentionShape;
import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.compute.HeadNorms;
import org.catrl.compute.HeadShape;
import org.catrl.compute.KeyValueCache;
import org.catrl.compute.PagedRows;
import org.catrl.compute.RmsNorm;

/** One transformer layer, forward and backward: the only text of it, for training and decoding alike. */
final class Layer {
    private final Backend backend;
    private final int layer;
    private final ModelConfig config;
    private final HeadShape heads;
    private final int width;
    private final int ffn;
    private final AttentionShape attention;
    private final LayerTensors weights;
    private final HeadNorms headNorms;
    private final Projection qkv;
    private final Projection output;
    private final Projection gateUp;
    private final Projection down;

    private Layer(Weights weights, int layer) {
        this.backend = weights.backend();
        this.layer = layer;
        this.config = weights.config();
        this.heads = config.heads();
        this.width = config.width();
        this.ffn = config.ffn();
        this.attention = new AttentionShape(heads, config.attentionScale(), config.attention().window(layer));
        this.weights = LayerTensors.of(weights.values(), weights.layout(), layer);
        this.headNorms = new HeadNorms(this.weights.queryNorm(), this.weights.keyNorm(), config.epsilon(),
                config.normOffset());
        this.qkv = new Projection(weights, layer, LinearSite.QKV, this.weights.qkvBias());
        this.output = new Projection(weights, layer, LinearSite.OUTPUT, null);
        this.gateUp = new Projection(weights, layer, LinearSite.GATE_UP, null);
        this.down = new Projection(weights, layer, LinearSite.DOWN, null);
    }

    /** A model's layers, in order. */
    static List<Layer> all(Weights weights) {
        return IntStream.range(0, weights.config().layers()).mapToObj(layer -> new Layer(weights, layer)).toList();
    }

    /**
     * Which rows a pass works on, and what it reads beside them.
     *
     * @param rows   the rows and their cache blocks
     * @param rotary F32[positions, D]
     * @param keys   the layer's key cache
     * @param values the layer's value cache
     */
    record Context(PagedRows rows, Buffer rotary, Buffer keys, Buffer values) {
        KeyValueCache cache() {
            return new KeyValueCache(keys, values);
        }
    }

    /**
     * Computes output storage[N, C] = the layer of input storage[N, C]; output, input and a.middle may be one buffer.
     */
    void forward(Buffer output, Buffer input, Activations a, Context context) {
        inner(input, a, context);
        Activations.FeedForward f = a.feedForward();
        if (f.out() == null) {
            down.forward(output, f.glu(), a.middle(), a.low(LinearSite.DOWN), context.rows().count());
        } else {
            sum(output, a.middle(), f.out().normed());
        }
    }

    /** Computes all of {@link #forward} that a backward reads again: everything but the output. */
    void inner(Buffer input, Activations a, Context context) {
        attend(input, a, context);
        int n = context.rows().count();
        Activations.FeedForward f = a.feedForward();
        norm(a.postNorm().out(), a.postNorm().rstd(), a.middle(), weights.postNorm(), n);
        gateUp.forward(f.gateUp(), a.postNorm().out(), null, a.low(LinearSite.GATE_UP), n);
        backend.glu(f.glu(), f.gateUp(), n, ffn, config.family().activation());
        if (f.out() != null) {
            branch(f.out(), down, f.glu(), a.low(LinearSite.DOWN), weights.feedForwardOutNorm(), n);
        }
    }

    private void attend(Buffer input, Activations a, Context context) {
        PagedRows rows = context.rows();
        int n = rows.count();
        norm(a.inputNorm().out(), a.inputNorm().rstd(), input, weights.inputNorm(), n);
        qkv.forward(a.qkv(), a.inputNorm().out(), null, a.low(LinearSite.QKV), n);
        KeyValueCache cache = context.cache();
        backend.rope(a.query(), cache, a.qkv(), rows, heads, context.rotary(), headNorms);
        backend.attention(a.attended(), a.lse(), a.query(), cache, rows, attention);
        if (a.attentionOut() == null) {
            output.forward(a.middle(), a.attended(), input, a.low(LinearSite.OUTPUT), n);
        } else {
            branch(a.attentionOut(), output, a.attended(), a.low(LinearSite.OUTPUT), weights.attentionOutNorm(), n);
            sum(a.middle(), input, a.attentionOut().normed());
        }
    }

    /** Computes what a branch adds to the residual stream: a product and its norm. */
    private void branch(Activations.Branch branch, Projection product, Buffer x, Buffer low, Buffer weight, int n) {
        product.forward(branch.out(), x, null, low, n);
        norm(branch.normed(), branch.rstd(), branch.out(), weight, n);
    }

    private void norm(Buffer y, Buffer rstd, Buffer x, Buffer weight, int n) {
        backend.rmsnorm(y, rstd, x, normOf(weight), n);
    }

    private RmsNorm normOf(Buffer weight) {
        return new RmsNorm(weight, width, config.epsilon(), config.normOffset());
    }

    /** Computes dx += the gradient of a norm's input. */
    private void normBackward(Buffer dx, Buffer dweight, Buffer dy, Buffer x, Buffer weight, Buffer rstd, int n) {
        backend.rmsnormBackward(dx, dweight, dy, x, rstd, normOf(weight), n);
    }

    /** Computes sum = a + b; sum may be a. */
    private void sum(Buffer sum, Buffer a, Buffer b) {
        if (sum != a) {
            backend.copy(sum, a);
        }
        backend.add(sum, b);
    }

    /**
     * Goes back through the layer: residual storage[N, C] holds the gradient of the output and becomes that of the
     * input; parameters' gradients are added to {@code into}. The forward's gateUp is overwritten.
     */
    void backward(Buffer residual, Buffer input, Activations a, LayerGradients g, Gradients into, Context context) {
        feedForwardBackward(residual, a, g, into, context.rows().count());
        attendBackward(residual, input, a, g, into, context);
    }

    private void feedForwardBackward(Buffer residual, Activations a, LayerGradients g, Gradients into, int n) {
        LayerTensors gradients = into.layer(layer);
        Activations.FeedForward f = a.feedForward();
        Buffer dout = branchBackward(residual, f.out(), g, weights.feedForwardOutNorm(),
                gradients.feedForwardOutNorm(), n);
        down.backward(g.glu(), dout, f.glu(), a.low(LinearSite.DOWN), g.low(), into.of(layer, LinearSite.DOWN), n);
        backend.gluBackward(f.gateUp(), g.glu(), f.gateUp(), n, ffn, config.family().activation());
        gateUp.backward(g.norm(), f.gateUp(), a.postNorm().out(), a.low(LinearSite.GATE_UP), g.low(),
                into.of(layer, LinearSite.GATE_UP), n);
        normBackward(residual, gradients.postNorm(), g.norm(), a.middle(), weights.postNorm(), a.postNorm().rstd(), n);
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

    private void attendBackward(Buffer residual, Buffer input, Activations a, LayerGradients g, Gradients into,
                                Context context) {
        LayerTensors gradients = into.layer(layer);
        PagedRows rows = context.rows();
        int n = rows.count();
        Buffer dout = branchBackward(residual, a.attentionOut(), g, weights.attentionOutNorm(),
                gradients.attentionOutNorm(), n);
        output.backward(g.attended(), dout, a.attended(), a.low(LinearSite.OUTPUT), g.low(),
                into.of(layer, LinearSite.OUTPUT), n);
        backend.attentionBackward(g.qkv(), g.attended(), a.attended(), a.lse(), a.query(), context.cache(), rows,
                attention);
        backend.ropeBackward(g.qkv(), a.qkv(), rows, heads, context.rotary(), headNorms, gradients.queryNorm(),
                gradients.keyNorm());
        qkv.backward(g.norm(), g.qkv(), a.inputNorm().out(), a.low(LinearSite.QKV), g.low(),
                into.of(layer, LinearSite.QKV), n);
        normBackward(residual, gradients.inputNorm(), g.norm(), input, weights.inputNorm(), a.inputNorm().rstd(), n);
    }
}
