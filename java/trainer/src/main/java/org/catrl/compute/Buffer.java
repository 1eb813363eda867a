package org.catrl.compute;

import java.nio.FloatBuffer;

/**
 * A run of elements in a backend's memory. A buffer made by {@link Backend#allocate} owns its bytes until
 * {@link #close}; a {@link #slice} is a view that owns nothing and dies with the buffer it was cut from.
 * Every access to a closed buffer throws {@link IllegalStateException}; every range is checked.
 */
public abstract class Buffer implements AutoCloseable {
    private static final int WINDOW = 1 << 16;

    private final DType type;
    private final long length;
    private final String owner;

    protected Buffer(DType type, long length, String owner) {
        this.type = type;
        this.length = length;
        this.owner = owner;
    }

    /** What each element is. */
    public final DType type() {
        return type;
    }

    /** Number of elements, not bytes. */
    public final long length() {
        return length;
    }

    /** The owner that asked for the memory, as the {@link Ledger} prints it. */
    public final String owner() {
        return owner;
    }

    /** The ledger that this memory stands in: that of the backend it belongs to. */
    protected abstract Ledger ledger();

    /** A view of {@code length} elements from {@code offset}; closing it does nothing. */
    public abstract Buffer slice(long offset, long length);

    /** True once this buffer, or the one it was cut from, has been closed. */
    public abstract boolean closed();

    /** Frees the memory, unless this is a view; closing twice does nothing. */
    @Override
    public abstract void close();

    /** Copies host values in; the buffer must be F32 or BF16, where they are rounded to nearest even. */
    public abstract void write(long offset, float[] values, int from, int count);

    /** Copies the remaining host values in; the buffer must be F32 or BF16, where they are rounded to nearest even. */
    public abstract void write(long offset, FloatBuffer values);

    /** Copies host values in; the buffer must be I32. */
    public abstract void write(long offset, int[] values, int from, int count);

    /** Copies host values in; the buffer must be F64. */
    public abstract void write(long offset, double[] values, int from, int count);

    /** Copies values out; the buffer must be F32 or BF16. */
    public abstract void read(long offset, float[] into, int from, int count);

    /** Copies values out; the buffer must be I32. */
    public abstract void read(long offset, int[] into, int from, int count);

    /** Copies values out; the buffer must be F64. */
    public abstract void read(long offset, double[] into, int from, int count);

    /** Copies all elements, which are F32, to a copy that is as long. */
    void copyTo(HostCopy copy) {
        float[] window = new float[(int) Math.min(WINDOW, length)];
        for (long done = 0; done < length; done += window.length) {
            int count = (int) Math.min(window.length, length - done);
            read(done, window, 0, count);
            copy.write(done, window, count);
        }
    }

    /**
     * Writes from the first element on; the buffer must be F32 or BF16.
     *
     * @return this
     */
    public final Buffer put(float... values) {
        write(0, values, 0, values.length);
        return this;
    }

    /**
     * Writes from the first element on; the buffer must be I32.
     *
     * @return this
     */
    public final Buffer put(int... values) {
        write(0, values, 0, values.length);
        return this;
    }

    /** All elements of an F32 or BF16 buffer. */
    public final float[] floats() {
        float[] all = new float[Math.toIntExact(length)];
        read(0, all, 0, all.length);
        return all;
    }

    /** All elements of an I32 buffer. */
    public final int[] ints() {
        int[] all = new int[Math.toIntExact(length)];
        read(0, all, 0, all.length);
        return all;
    }

    /** All elements of an F64 buffer. */
    public final double[] doubles() {
        double[] all = new double[Math.toIntExact(length)];
        read(0, all, 0, all.length);
        return all;
    }

    @Override
    public String toString() {
        return owner + "[" + type + " x " + length + (closed() ? ", closed]" : "]");
    }
}
