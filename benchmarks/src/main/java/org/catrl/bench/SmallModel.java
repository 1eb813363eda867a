package org.catrl.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.catrl.compute.HeadShape;
import org.catrl.model.AttentionConfig;
import org.catrl.model.BoundaryTokens;
import org.catrl.model.Family;
import org.catrl.model.ModelConfig;
import org.catrl.model.Rope;

/** The model that the end-to-end figures are for: width 256, 4 layers, 4 heads, ffn 704, vocabulary 4096, tied head. */
final class SmallModel {
    static final int VOCAB = 4096;
    static final ModelConfig CONFIG = new ModelConfig(Family.LLAMA, VOCAB, 256, 4, 704, 512,
            AttentionConfig.full(new HeadShape(4, 4, 64), Rope.of(10_000)), 1e-5, true, BoundaryTokens.NONE);

    private SmallModel() { }

    /** {@code count} sequences of {@code length} random tokens. */
    static List<int[]> tokens(int count, int length, int vocab, long seed) {
        Random random = new Random(seed);
        List<int[]> sequences = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sequences.add(random.ints(length, 0, vocab).toArray());
        }
        return sequences;
    }
}
