package org.catrl.bench;

import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;
import org.catrl.compute.HeadShape;
import org.catrl.compute.check.Arena;
import org.catrl.model.AttentionConfig;
import org.catrl.model.BoundaryTokens;
import org.catrl.model.Family;
import org.catrl.model.ModelConfig;
import org.catrl.model.Rope;
import org.catrl.model.Weights;

/**
 * The shapes that whole steps are measured with. Those of Qwen3 are of config.json in the Hugging Face repositories
 * Qwen/Qwen3-0.6B and Qwen/Qwen3-4B; the weights are random.
 */
enum BenchModel {
    QWEN3_0_6B("Qwen3-0.6B", 1024, 28, new HeadShape(16, 8, 128), 3072, 151_936),
    QWEN3_4B("Qwen3-4B", 2560, 36, new HeadShape(32, 8, 128), 9728, 151_936),
    /** Of the same kind, for a quick check that everything runs. */
    TINY("tiny", 64, 2, new HeadShape(2, 1, 64), 128, 300);

    private static final double DEVIATION = 0.02;

    private final String label;
    private final ModelConfig config;

    BenchModel(String label, int width, int layers, HeadShape heads, int ffn, int vocab) {
        this.label = label;
        this.config = config(width, layers, heads, ffn, vocab);
    }

    private static ModelConfig config(int width, int layers, HeadShape heads, int ffn, int vocab) {
        return new ModelConfig(Family.QWEN3, vocab, width, layers, ffn, 40_960,
                AttentionConfig.full(heads, Rope.of(1e6)), 1e-6, true, BoundaryTokens.NONE);
    }

    static BenchModel of(String label) {
        for (BenchModel model : values()) {
            if (model.label.equals(label)) {
                return model;
            }
        }
        throw new IllegalArgumentException("no model \"" + label + "\"; see " + BenchModel.class.getSimpleName());
    }

    @Override
    public String toString() {
        return label;
    }

    ModelConfig config() {
        return config;
    }

    /** The same with another number of layers. */
    ModelConfig config(int layers) {
        return config(config.width(), layers, config.heads(), config.ffn(), config.vocab());
    }

    /** Elements of all matrices that a token is multiplied by: the layers' and, tied to the embedding, the head. */
    double matrixElements() {
        HeadShape heads = config.heads();
        double layer = (double) config.width() * (heads.fusedWidth() + heads.queryWidth() + 3.0 * config.ffn());
        return config.layers() * layer + (double) config.vocab() * config.width();
    }

    /**
     * Matrices normal with deviation 0.02, norms 1, BF16.
     *
     * @param frozen without what an update needs
     */
    Weights weights(Backend backend, Arena arena, boolean frozen) {
        Weights weights = Weights.empty(backend, config, DType.BF16, frozen, "weights");
        Buffer flat = weights.flat();
        long matrices = weights.decayedLength();
        arena.fillNormal(flat.slice(0, matrices), DEVIATION);
        backend.fill(flat.slice(matrices, flat.length() - matrices), 1);
        weights.changed();
        return weights;
    }
}
