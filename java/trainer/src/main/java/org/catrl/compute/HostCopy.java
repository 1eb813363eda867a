package org.catrl.compute;

import org.catrl.kernels.Kernels;

/**
 * A copy of F32 elements in memory of the host's own: taken by the thread that uses the backend, read afterwards by any
 * other without touching the backend. The memory is there from the beginning and is used again by every {@link #take}.
 *
 * <pre>{@code
 * try (HostCopy copy = HostCopy.like(backend, weights.length())) {
 *     copy.take(weights);
 *     writer.execute(() -> copy.read(0, window, 0, window.length));
 * }
 * }</pre>
 */
public final class HostCopy implements AutoCloseable {
    /** The owner of such memory in a ledger. */
    public static final String OWNER = "checkpoint";

    private final Backend backend;
    private final long length;
    private final long context;
    private final long address;
    private boolean closed;

    private HostCopy(Backend backend, long length, long context, long address) {
        this.backend = backend;
        this.length = length;
        this.context = context;
        this.address = address;
    }

    /**
     * Room for the elements of a backend's buffer. It stands in the backend's ledger where the backend computes in the
     * host's memory.
     *
     * @param length in elements of 4 bytes
     * @throws OutOfMemoryError naming the bytes asked for
     */
    public static HostCopy like(Backend backend, long length) {
        long context = Kernels.open_cpu(Kernels.best_isa(), 1);
        long bytes = Math.multiplyExact(length, DType.F32.bytes());
        long address = Kernels.allocate(context, bytes);
        if (address == 0) {
            Kernels.close(context);
            throw new OutOfMemoryError("no memory of the host for " + bytes + " bytes of " + OWNER + "; lower it with "
                    + MemoryAdvice.of(OWNER));
        }
        if (backend.isHostMemory()) {
            backend.ledger().allocated(OWNER, bytes);
        }
        return new HostCopy(backend, length, context, address);
    }

    /** How many elements it has. */
    public long length() {
        return length;
    }

    /**
     * Copies a buffer's elements, all of them.
     *
     * @param from F32[length], of the backend
     */
    public synchronized void take(Buffer from) {
        open();
        if (from.type() != DType.F32 || from.length() != length) {
            throw new IllegalArgumentException("take: from must be F32[" + length + "]; it is " + from);
        }
        from.copyTo(this);
    }

    /** Where the elements lie, for a backend that copies to it within {@link #take}. */
    long address() {
        return address;
    }

    /** Writes elements at their place, within {@link #take}. */
    void write(long offset, float[] values, int count) {
        Kernels.view(address + offset * DType.F32.bytes(), count * DType.F32.bytes()).asFloatBuffer()
                .put(values, 0, count);
    }

    /** Copies elements out; by any thread. */
    public synchronized void read(long offset, float[] into, int from, int count) {
        open();
        if (offset < 0 || count < 0 || offset > length - count) {
            throw new IndexOutOfBoundsException(OWNER + "[" + length + "]: no elements " + offset + " to "
                    + (offset + count));
        }
        Kernels.view(address + offset * DType.F32.bytes(), count * DType.F32.bytes()).asFloatBuffer()
                .get(into, from, count);
    }

    private void open() {
        if (closed) {
            throw new IllegalStateException("the host copy of " + length + " elements has been closed");
        }
    }

    /** Gives the memory back, once nobody reads it. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        Kernels.release(context, address);
        Kernels.close(context);
        if (backend.isHostMemory()) {
            backend.ledger().released(OWNER, length * DType.F32.bytes());
        }
    }
}
