package org.catrl.generate;

import java.util.List;
import java.util.Optional;
import org.catrl.compute.HeadShape;
import org.catrl.model.AttentionConfig;
import org.catrl.model.Family;
import org.catrl.model.ModelConfig;
import org.catrl.model.Rope;

/** A small configuration with grouped queries and head norms, and a vocabulary that no vector width divides. */
final class TinyModel {
    static final int VOCAB = 61;

    private TinyModel() { }

    static ModelConfig config() {
        return config(new HeadShape(4, 2, 6));
    }

    static ModelConfig config(HeadShape heads) {
        return new ModelConfig(Family.QWEN3, VOCAB, 24, 2, heads, 40, 128, AttentionConfig.full(heads.size(),
                Rope.of(10000)), 1e-6, true,
                Optional.of(1), List.of(2));
    }
}
