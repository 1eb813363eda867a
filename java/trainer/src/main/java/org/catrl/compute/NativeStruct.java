package org.catrl.compute;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.catrl.kernels.Kernels;

/**
 * An argument struct of {@code catrl.h} in native memory, filled anew for every call: fields of 8 bytes each, in the
 * header's order. A field too many or too few is an error.
 */
final class NativeStruct {
    private static final int FIELD_BYTES = 8;

    private final int fields;
    private final ByteBuffer memory;
    private final long address;
    private int filled;

    /**
     * A struct whose fields are not yet filled.
     *
     * @param fields how many there are, as {@link Kernels} counts them
     */
    NativeStruct(int fields) {
        this.fields = fields;
        this.memory = ByteBuffer.allocateDirect(fields * FIELD_BYTES).order(ByteOrder.nativeOrder());
        this.address = Kernels.address(memory);
    }

    /** This struct, to be filled from its first field on. */
    NativeStruct start() {
        filled = 0;
        return this;
    }

    NativeStruct put(long value) {
        memory.putLong(FIELD_BYTES * filled++, value);
        return this;
    }

    NativeStruct put(double value) {
        memory.putDouble(FIELD_BYTES * filled++, value);
        return this;
    }

    NativeStruct put(boolean value) {
        return put(value ? 1L : 0L);
    }

    /** The address of a buffer's memory; 0 for null. */
    NativeStruct put(Buffer buffer) {
        return put(NativeBuffer.address(buffer));
    }

    /** The number that both sides know a type by. */
    NativeStruct put(DType type) {
        return put((long) type.ordinal());
    }

    /** The address of the struct, all of its fields being filled. */
    long address() {
        if (filled != fields) {
            throw new IllegalStateException("a native struct has " + fields + " fields; " + filled + " were filled");
        }
        return address;
    }
}
