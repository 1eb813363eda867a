package org.catrl.model;

import java.util.List;
import java.util.Optional;
import org.catrl.compute.Heads;

/** Small configurations for tests. */
final class Models {
    private Models() { }

    /** Grouped queries, one feature of each family, odd sizes where a kernel might want even ones. */
    static ModelConfig tiny(Family family, boolean tied) {
        return new ModelConfig(family, 37, 12, 2, new Heads(4, 2, 6), 20, 64, 10000, Optional.empty(), 1e-6, tied,
                Optional.of(1), List.of(2));
    }
}
