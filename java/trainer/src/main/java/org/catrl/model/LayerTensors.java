package org.catrl.model;

import org.catrl.compute.Buffer;
import org.catrl.compute.HeadShape;

/**
 * One layer's slices of a flat buffer, of weights or of their gradients alike.
 *
 * @param inputNorm F32[C]
 * @param qkv       F32[(H + 2K) D, C]
 * @param qkvBias   F32[(H + 2K) D], or null
 * @param queryNorm F32[D], or null
 * @param keyNorm   F32[D], or null
 * @param output    F32[C, H D]
 * @param attentionOutNorm   F32[C], of what attention adds to the residual stream, or null
 * @param postNorm  F32[C], before the feed-forward part
 * @param feedForwardOutNorm F32[C], of what the feed-forward part adds, or null
 * @param gateUp    F32[2F, C]
 * @param down      F32[C, F]
 */
record LayerTensors(Buffer inputNorm, Buffer qkv, Buffer qkvBias, Buffer queryNorm, Buffer keyNorm, Buffer output,
                    Buffer attentionOutNorm, Buffer postNorm, Buffer feedForwardOutNorm, Buffer gateUp, Buffer down) {
    /** The matrix of a product, F32[outputs, inputs]. */
    Buffer matrix(LinearSite site) {
        return switch (site) {
            case QKV -> qkv;
            case OUTPUT -> output;
            case GATE_UP -> gateUp;
            case DOWN -> down;
        };
    }

    /** The slices of a layer in a buffer that is laid out so. */
    static LayerTensors of(Buffer flat, Layout layout, int layer) {
        HeadShape heads = layout.config().heads();
        long width = layout.config().width();
        boolean normed = layout.config().family().normedBranches();
        return new LayerTensors(layout.slice(flat, layer, "input_layernorm.weight"),
                layout.slice(flat, layer, "self_attn.q_proj.weight", heads.fusedWidth() * width),
                layout.slice(flat, layer, "self_attn.q_proj.bias", heads.fusedWidth()),
                layout.slice(flat, layer, "self_attn.q_norm.weight"),
                layout.slice(flat, layer, "self_attn.k_norm.weight"),
                layout.slice(flat, layer, "self_attn.o_proj.weight"),
                normed ? layout.slice(flat, layer, "post_attention_layernorm.weight") : null,
                layout.slice(flat, layer, normed ? "pre_feedforward_layernorm.weight"
                        : "post_attention_layernorm.weight"),
                layout.slice(flat, layer, "post_feedforward_layernorm.weight"),
                layout.slice(flat, layer, "mlp.gate_proj.weight", 2L * layout.config().ffn() * width),
                layout.slice(flat, layer, "mlp.down_proj.weight"));
    }
}
