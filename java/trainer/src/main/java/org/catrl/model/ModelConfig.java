package org.catrl.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.catrl.compute.DType;
import org.catrl.compute.HeadShape;

/**
 * What a model computes, without its weights.
 *
 * @param family       which variant of the layer
 * @param vocab        V, vocab_size
 * @param width        C, hidden_size
 * @param layers       L, num_hidden_layers
 * @param ffn          F, intermediate_size
 * @param maxPositions max_position_embeddings: longest prompt and completion together
 * @param attention    heads, scale, rotary positions, sliding windows
 * @param epsilon      rms_norm_eps
 * @param tied         tie_word_embeddings: the head is the embedding table
 * @param boundaries   the ids that begin and end a text
 */
public record ModelConfig(Family family, int vocab, int width, int layers, int ffn, int maxPositions,
                          AttentionConfig attention, double epsilon, boolean tied, BoundaryTokens boundaries) {
    private static final int MOST_LAYERS = 10_000;

    public ModelConfig {
        positive("vocab_size", vocab);
        positive("hidden_size", width);
        positive("num_hidden_layers", layers);
        positive("intermediate_size", ffn);
        positive("max_position_embeddings", maxPositions);
        positive("rms_norm_eps", epsilon);
        most("num_hidden_layers", layers, MOST_LAYERS);
        HeadShape heads = attention.heads();
        most("(num_attention_heads + 2 num_key_value_heads) x head_dim",
                ((long) heads.query() + 2L * heads.keyValue()) * heads.size(), Integer.MAX_VALUE);
        most("2 x intermediate_size", 2L * ffn, Integer.MAX_VALUE);
    }

    /**
     * Reads a folder's config.json, as transformers 4 or 5 writes it, with the eos tokens of generation_config.json
     * too.
     *
     * @throws ModelFormatException naming the key, its value and what is wanted
     */
    public static ModelConfig read(Path folder) throws IOException {
        ModelConfig config = ConfigFile.read(folder.resolve(ConfigFile.NAME));
        return config.withEosTokens(ConfigFile.eosTokens(folder.resolve(ConfigFile.GENERATION), config));
    }

    /** Writes a folder's config.json and generation_config.json, as transformers 4 and 5 read them. */
    public void write(Path folder) throws IOException {
        write(folder, DType.F32);
    }

    /**
     * Writes both files.
     *
     * @param type the type of the weights on disk
     */
    void write(Path folder, DType type) throws IOException {
        ConfigFile.write(folder.resolve(ConfigFile.NAME), this, type);
        ConfigFile.writeGeneration(folder.resolve(ConfigFile.GENERATION), this);
    }

    private ModelConfig withEosTokens(List<Integer> tokens) {
        return new ModelConfig(family, vocab, width, layers, ffn, maxPositions, attention, epsilon, tied,
                new BoundaryTokens(boundaries.bos(), tokens));
    }

    /** The heads of every layer: num_attention_heads, num_key_value_heads, head_dim. */
    public HeadShape heads() {
        return attention.heads();
    }

    /** The ids that end a completion; none, one or several. */
    public List<Integer> eosTokens() {
        return boundaries.eos();
    }

    /** The factor of attention scores: 1 / sqrt(scalar). */
    double attentionScale() {
        return 1 / Math.sqrt(attention.scalar());
    }

    /** The number added to the weight of every norm. */
    double normOffset() {
        return family.normOffset();
    }

    private static void most(String key, long value, long most) {
        if (value > most) {
            throw new IllegalArgumentException(key + " is " + value + "; it must be at most " + most);
        }
    }

    private static void positive(String key, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(key + " is " + value + "; it must be a positive number");
        }
    }
}
