package org.catrl.model;

import java.io.IOException;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.catrl.compute.Buffer;

/**
 * Where each tensor of a model stands in one flat F32 buffer: the matrices first (they are decayed), then norms and
 * biases. The rows of q, k and v are adjacent, and those of gate and up, so that each is one product. Every other
 * tensor starts at a multiple of {@value #ALIGNMENT} elements; the elements between stay 0.
 */
final class Layout implements FlatTensors {
    static final String EMBEDDING = "model.embed_tokens.weight";
    static final String HEAD = "lm_head.weight";
    static final String FINAL_NORM = "model.norm.weight";
    private static final int ALIGNMENT = 16;

    /** A tensor under its Hugging Face name; shape is {rows, columns} or {elements}. */
    record Tensor(String name, long offset, int... shape) {
        /** How many elements the tensor has. */
        long length() {
            long length = 1;
            for (int dimension : shape) {
                length *= dimension;
            }
            return length;
        }

        /** The tensor's slice of a buffer that is laid out so. */
        Buffer in(Buffer flat) {
            return flat.slice(offset, length());
        }
    }

    private final ModelConfig config;
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private final long decayedLength;
    private long end;

    Layout(ModelConfig config) {
        this.config = config;
        align(EMBEDDING, config.vocab(), config.width());
        for (int layer = 0; layer < config.layers(); layer++) {
            matrices(layer);
        }
        if (!config.tied()) {
            align(HEAD, config.vocab(), config.width());
        }
        decayedLength = aligned();
        for (int layer = 0; layer < config.layers(); layer++) {
            vectors(layer);
        }
        align(FINAL_NORM, config.width());
        end = aligned();
    }

    private void matrices(int layer) {
        align(name(layer, "self_attn.q_proj.weight"), config.heads().queryWidth(), config.width());
        append(name(layer, "self_attn.k_proj.weight"), config.heads().keyValueWidth(), config.width());
        append(name(layer, "self_attn.v_proj.weight"), config.heads().keyValueWidth(), config.width());
        align(name(layer, "self_attn.o_proj.weight"), config.width(), config.heads().queryWidth());
        align(name(layer, "mlp.gate_proj.weight"), config.ffn(), config.width());
        append(name(layer, "mlp.up_proj.weight"), config.ffn(), config.width());
        align(name(layer, "mlp.down_proj.weight"), config.width(), config.ffn());
    }

    private void vectors(int layer) {
        align(name(layer, "input_layernorm.weight"), config.width());
        if (config.family().queryKeyValueBias()) {
            align(name(layer, "self_attn.q_proj.bias"), config.heads().queryWidth());
            append(name(layer, "self_attn.k_proj.bias"), config.heads().keyValueWidth());
            append(name(layer, "self_attn.v_proj.bias"), config.heads().keyValueWidth());
        }
        if (config.family().queryKeyNorm()) {
            align(name(layer, "self_attn.q_norm.weight"), config.heads().size());
            align(name(layer, "self_attn.k_norm.weight"), config.heads().size());
        }
        align(name(layer, "post_attention_layernorm.weight"), config.width());
        if (config.family().normedBranches()) {
            align(name(layer, "pre_feedforward_layernorm.weight"), config.width());
            align(name(layer, "post_feedforward_layernorm.weight"), config.width());
        }
    }

    private void align(String name, int... shape) {
        end = aligned();
        append(name, shape);
    }

    private void append(String name, int... shape) {
        Tensor tensor = new Tensor(name, end, shape);
        tensors.put(name, tensor);
        end += tensor.length();
    }

    private long aligned() {
        return (end + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** The name of a layer's tensor: {@code model.layers.0.mlp.down_proj.weight}. */
    static String name(int layer, String part) {
        return "model.layers." + layer + "." + part;
    }

    ModelConfig config() {
        return config;
    }

    /** How many elements the flat buffer has. */
    long length() {
        return end;
    }

    /** How many leading elements are matrices. */
    long decayedLength() {
        return decayedLength;
    }

    /** The tensors in the order of the flat buffer. */
    Collection<Tensor> tensors() {
        return Collections.unmodifiableCollection(tensors.values());
    }

    @Override
    public SortedMap<String, SafetensorsWriter.Tensor> in(Elements flat) {
        SortedMap<String, SafetensorsWriter.Tensor> all = new TreeMap<>();
        for (Tensor tensor : tensors()) {
            all.put(tensor.name(), new SafetensorsWriter.Tensor(tensor.shape(),
                    flat.slice(tensor.offset(), tensor.length())));
        }
        return all;
    }

    @Override
    public void read(SafetensorsFile file, UnaryOperator<String> stored, Buffer flat) throws IOException {
        for (Tensor tensor : tensors()) {
            file.readFinite(stored.apply(tensor.name()), tensor.in(flat), bytes -> { });
        }
    }

    /** The tensor of this name, or null. */
    Tensor tensor(String name) {
        return tensors.get(name);
    }

    /** A layer's tensor, or null when this family has none of this name. */
    Buffer slice(Buffer flat, int layer, String part) {
        Tensor tensor = tensors.get(name(layer, part));
        return tensor == null ? null : tensor.in(flat);
    }

    /** The {@code length} elements from a layer's tensor on: fused rows, or null when this family has none. */
    Buffer slice(Buffer flat, int layer, String first, long length) {
        Tensor tensor = tensors.get(name(layer, first));
        return tensor == null ? null : flat.slice(tensor.offset(), length);
    }

    /** The embedding table, F32[V, C]. */
    Buffer embedding(Buffer flat) {
        return tensors.get(EMBEDDING).in(flat);
    }

    /** The head's matrix, F32[V, C]; the embedding itself when tied. */
    Buffer head(Buffer flat) {
        return tensors.get(config.tied() ? EMBEDDING : HEAD).in(flat);
    }

    /** The final norm's weight, F32[C]. */
    Buffer finalNorm(Buffer flat) {
        return tensors.get(FINAL_NORM).in(flat);
    }
}
