package org.catrl.compute.reference;

import java.nio.FloatBuffer;
import org.catrl.compute.BFloat16;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;
import org.catrl.compute.Ledger;

/**
 * Heap memory: real types as double[], I32 as int[]. An F32 value is rounded only when the host reads it, a BF16 value
 * whenever it is stored.
 */
public final class ReferenceBuffer extends Buffer {
    private final Memory memory;
    private final int offset;
    private final boolean view;

    private static final class Memory {
        private double[] reals;
        private int[] integers;
        private boolean closed;
        private final ReferenceBackend backend;

        Memory(ReferenceBackend backend) {
            this.backend = backend;
        }
    }

    ReferenceBuffer(DType type, long length, String owner, ReferenceBackend backend) {
        super(type, length, owner);
        memory = new Memory(backend);
        int size = Math.toIntExact(length);
        if (type == DType.I32) {
            memory.integers = new int[size];
        } else {
            memory.reals = new double[size];
        }
        offset = 0;
        view = false;
    }

    private ReferenceBuffer(ReferenceBuffer parent, int offset, long length) {
        super(parent.type(), length, parent.owner());
        memory = parent.memory;
        this.offset = parent.offset + offset;
        view = true;
    }

    /** Element i at the precision it is held in: what finite differences read. */
    public double get(long i) {
        return reals(i, 1)[offset + (int) i];
    }

    /** Sets element i, of BF16 rounded: what finite differences perturb. */
    public void set(long i, double value) {
        reals(i, 1)[offset + (int) i] = type() == DType.BF16 ? BFloat16.round(value) : value;
    }

    int integer(long i) {
        return integers(i, 1)[offset + (int) i];
    }

    void integer(long i, int value) {
        integers(i, 1)[offset + (int) i] = value;
    }

    void add(long i, double value) {
        set(i, get(i) + value);
    }

    @Override
    protected Ledger ledger() {
        return memory.backend.ledger();
    }

    @Override
    public Buffer slice(long from, long count) {
        check(from, count);
        return new ReferenceBuffer(this, (int) from, count);
    }

    @Override
    public boolean closed() {
        return memory.closed;
    }

    @Override
    public void close() {
        if (!view && !memory.closed) {
            memory.closed = true;
            memory.reals = null;
            memory.integers = null;
            memory.backend.released(this);
        }
    }

    @Override
    public void write(long start, float[] values, int from, int count) {
        write(start, FloatBuffer.wrap(values, from, count));
    }

    @Override
    public void write(long start, FloatBuffer values) {
        storage(start, values.remaining());
        for (long i = start; values.hasRemaining(); i++) {
            set(i, values.get());
        }
    }

    @Override
    public void write(long start, int[] values, int from, int count) {
        System.arraycopy(values, from, integers(start, count), offset + (int) start, count);
    }

    @Override
    public void write(long start, double[] values, int from, int count) {
        System.arraycopy(values, from, typed(DType.F64, start, count), offset + (int) start, count);
    }

    @Override
    public void read(long start, float[] into, int from, int count) {
        double[] reals = storage(start, count);
        for (int i = 0; i < count; i++) {
            into[from + i] = (float) reals[offset + (int) start + i];
        }
    }

    @Override
    public void read(long start, int[] into, int from, int count) {
        System.arraycopy(integers(start, count), offset + (int) start, into, from, count);
    }

    @Override
    public void read(long start, double[] into, int from, int count) {
        System.arraycopy(typed(DType.F64, start, count), offset + (int) start, into, from, count);
    }

    private double[] storage(long start, long count) {
        if (type() != DType.F32 && type() != DType.BF16) {
            throw new IllegalArgumentException(this + " holds " + type() + ", not F32 or BF16");
        }
        return reals(start, count);
    }

    private double[] typed(DType wanted, long start, long count) {
        if (type() != wanted) {
            throw new IllegalArgumentException(this + " holds " + type() + ", not " + wanted);
        }
        return reals(start, count);
    }

    private double[] reals(long start, long count) {
        check(start, count);
        if (memory.reals == null) {
            throw new IllegalArgumentException(this + " holds I32, not a real type");
        }
        return memory.reals;
    }

    private int[] integers(long start, long count) {
        check(start, count);
        if (memory.integers == null) {
            throw new IllegalArgumentException(this + " holds " + type() + ", not I32");
        }
        return memory.integers;
    }

    private void check(long start, long count) {
        if (memory.closed) {
            throw new IllegalStateException(this + " is closed");
        }
        if (start < 0 || count < 0 || start + count > length()) {
            throw new IndexOutOfBoundsException(this + ": elements " + start + " .. " + (start + count)
                    + " are outside it");
        }
    }
}
