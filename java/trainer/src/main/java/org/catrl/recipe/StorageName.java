package org.catrl.recipe;

import org.catrl.compute.DType;

/**
 * What a recipe's dtype may be, as torch names them.
 *
 * <pre>{@code
 * dtype: bfloat16
 * }</pre>
 */
public enum StorageName {
    /** Everything in 32 bits. */
    FLOAT32(DType.F32),
    /** Weights, activations and cache in 16 bits; the optimizer keeps 32. */
    BFLOAT16(DType.BF16);

    private final DType type;

    StorageName(DType type) {
        this.type = type;
    }

    /** The type that it names. */
    public DType type() {
        return type;
    }
}
