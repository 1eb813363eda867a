package org.catrl.cli;

import org.catrl.compute.DType;

/** What a recipe's dtype may be, as torch names them. */
enum StorageName {
    FLOAT32(DType.F32),
    /** Weights, activations and cache in 16 bits; the optimizer keeps 32. */
    BFLOAT16(DType.BF16);

    private final DType type;

    StorageName(DType type) {
        this.type = type;
    }

    DType type() {
        return type;
    }
}
