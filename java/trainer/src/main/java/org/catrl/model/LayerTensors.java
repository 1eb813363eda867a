package org.catrl.model;

import java.util.Map;
import org.catrl.compute.Buffer;
import org.catrl.compute.HeadShape;

/**
 * One layer's slices of a flat buffer, of weights or of their gradients alike.
 *
 * @param inputNorm F32[C]
 * @param qkvBias   F32[(H + 2K) D], or null
 * @param queryNorm F32[D], or null
 * @param keyNorm   F32[D], or null
 * @param attentionOutNorm   F32[C], of what attention adds to the residual stream, or null
 * @param postNorm  F32[C], before the feed-forward part
 * @param feedForwardOutNorm F32[C], of what the feed-forward part adds, or null
 * @param matrices  those of the layer's products, see {@link #matrix}; none where no gradient of them is wanted
 */
record LayerTensors(Buffer inputNorm, Buffer qkvBias, Buffer queryNorm, Buffer keyNorm, Buffer attentionOutNorm,
                    Buffer postNorm, Buffer feedForwardOutNorm, Map<LinearSite, Buffer> matrices) {
    /** The matrix of a product, F32[outputs, inputs]. */
    Buffer matrix(LinearSite site) {
        return matrices.get(site);
    }

    /** The slices of a layer in a buffer that is laid out so. */
    static LayerTensors of(Buffer flat, Layout layout, int layer) {
        HeadShape heads = layout.config().heads();
        boolean normed = layout.config().family().normedBranches();
        return new LayerTensors(layout.slice(flat, layer, "input_layernorm.weight"),
                layout.slice(flat, layer, "self_attn.q_proj.bias", heads.fusedWidth()),
                layout.slice(flat, layer, "self_attn.q_norm.weight"),
                layout.slice(flat, layer, "self_attn.k_norm.weight"),
                normed ? layout.slice(flat, layer, "post_attention_layernorm.weight") : null,
                layout.slice(flat, layer, normed ? "pre_feedforward_layernorm.weight"
                        : "post_attention_layernorm.weight"),
                layout.slice(flat, layer, "post_feedforward_layernorm.weight"), matrices(flat, layout, layer));
    }

    private static Map<LinearSite, Buffer> matrices(Buffer flat, Layout layout, int layer) {
        ModelConfig config = layout.config();
        long width = config.width();
        return Map.of(
                LinearSite.QKV,
                layout.slice(flat, layer, "self_attn.q_proj.weight", config.heads().fusedWidth() * width),
                LinearSite.OUTPUT, layout.slice(flat, layer, "self_attn.o_proj.weight"),
                LinearSite.GATE_UP, layout.slice(flat, layer, "mlp.gate_proj.weight", 2L * config.ffn() * width),
                LinearSite.DOWN, layout.slice(flat, layer, "mlp.down_proj.weight"));
    }
}
