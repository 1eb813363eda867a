package org.catrl.model;

import java.util.List;
import java.util.Optional;
import org.catrl.compute.HeadShape;

/**
 * How the layers attend.
 *
 * @param heads  num_attention_heads, num_key_value_heads, head_dim
 * @param scalar query_pre_attn_scalar: scores are divided by its square root; the head size but for Gemma
 * @param rope   the rotary positions of the layers that see every position
 * @param local  the layers with a sliding window, or empty
 */
public record AttentionConfig(HeadShape heads, double scalar, Rope rope, Optional<Local> local) {
    /**
     * Layers with a sliding window.
     *
     * @param window  sliding_window: positions that a row sees, its own included
     * @param rope    the rotary positions of these layers
     * @param layers  their numbers, from 0, in order
     */
    public record Local(int window, Rope rope, List<Integer> layers) {
        public Local {
            if (window < 1) {
                throw new IllegalArgumentException("sliding_window is " + window + "; it must be a positive integer");
            }
            layers = List.copyOf(layers);
        }
    }

    public AttentionConfig {
        if (!(scalar > 0) || Double.isInfinite(scalar)) {
            throw new IllegalArgumentException("query_pre_attn_scalar is " + scalar + "; it must be a positive number");
        }
    }

    /** Attention where every layer sees every position. */
    public static AttentionConfig full(HeadShape heads, Rope rope) {
        return new AttentionConfig(heads, heads.size(), rope, Optional.empty());
    }

    private Optional<Local> local(int layer) {
        return local.filter(some -> some.layers().contains(layer));
    }

    /** The rotary positions of a layer. */
    Rope rope(int layer) {
        return local(layer).map(Local::rope).orElse(rope);
    }

    /** How many positions a row of the layer sees, its own included; 0 = all. */
    int window(int layer) {
        return local(layer).map(Local::window).orElse(0);
    }
}
