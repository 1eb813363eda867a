package org.catrl.compute;

/** What one element of a {@link Buffer} is. */
public enum DType {
    F32(4), F64(8), I32(4),
    /** The upper half of an F32. */
    BF16(2);

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes per element. */
    public int bytes() {
        return bytes;
    }
}
