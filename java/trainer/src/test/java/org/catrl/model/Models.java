package org.catrl.model;

import java.util.List;
import java.util.Optional;
import org.catrl.compute.HeadShape;

/** Small configurations for tests. */
final class Models {
    private Models() { }

    /** Grouped queries, one feature of each family, odd sizes where a kernel might want even ones. */
    static ModelConfig tiny(Family family, boolean tied) {
        return new ModelConfig(family, 37, 12, 2, 20, 64, attention(family), 1e-6, tied,
                new BoundaryTokens(Optional.of(1), List.of(2)));
    }

    private static AttentionConfig attention(Family family) {
        HeadShape heads = new HeadShape(4, 2, 6);
        return family != Family.GEMMA3 ? AttentionConfig.full(heads, Rope.of(10000))
                : new AttentionConfig(heads, 9, new Rope(1e6, Optional.of(new RopeScaling.Linear(8))),
                        Optional.of(new AttentionConfig.Local(5, Rope.of(10000), List.of(0))));
    }
}
