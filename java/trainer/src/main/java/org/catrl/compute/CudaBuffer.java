package org.catrl.compute;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Objects;

/** Device memory of a {@link CudaBackend}: an address, or a view into the memory of another buffer. */
final class CudaBuffer extends Buffer {
    private final CudaBackend backend;
    private final CudaBuffer root;
    private final long address;
    private boolean closed;

    CudaBuffer(CudaBackend backend, DType type, long length, String owner, long address) {
        super(type, length, owner);
        this.backend = backend;
        this.root = this;
        this.address = address;
    }

    private CudaBuffer(CudaBuffer parent, long offset, long length) {
        super(parent.type(), length, parent.owner());
        this.backend = parent.backend;
        this.root = parent.root;
        this.address = parent.address + offset * type().bytes();
    }

    /** The address of a buffer, 0 for null. */
    static long at(Buffer buffer) {
        return buffer == null ? 0 : ((CudaBuffer) buffer).open();
    }

    private long open() {
        if (root.closed) {
            throw new IllegalStateException(this + ": the buffer has been closed");
        }
        return address;
    }

    @Override
    protected Ledger ledger() {
        return backend.ledger();
    }

    @Override
    public Buffer slice(long offset, long count) {
        range(offset, count);
        return new CudaBuffer(this, offset, count);
    }

    @Override
    public boolean closed() {
        return root.closed;
    }

    @Override
    public void close() {
        if (root == this && !closed) {
            closed = true;
            backend.released(this, address);
        }
    }

    @Override
    public void write(long offset, float[] values, int from, int count) {
        Objects.checkFromIndexSize(from, count, values.length);
        write(offset, FloatBuffer.wrap(values, from, count));
    }

    @Override
    public void write(long offset, FloatBuffer values) {
        int first = values.position();
        boolean halves = type() == DType.BF16;
        typed(halves ? DType.BF16 : DType.F32, offset, values.remaining());
        upload(offset, values.remaining(), (view, start, count) -> {
            if (halves) {
                for (int i = 0; i < count; i++) {
                    view.putShort(i * DType.BF16.bytes(), BFloat16.bits(values.get(first + start + i)));
                }
            } else {
                view.asFloatBuffer().put(values.slice(first + start, count));
            }
        });
        values.position(values.limit());
    }

    @Override
    public void write(long offset, int[] values, int from, int count) {
        typed(DType.I32, offset, count);
        Objects.checkFromIndexSize(from, count, values.length);
        upload(offset, count, (view, start, length) -> view.asIntBuffer().put(values, from + start, length));
    }

    @Override
    public void write(long offset, double[] values, int from, int count) {
        typed(DType.F64, offset, count);
        Objects.checkFromIndexSize(from, count, values.length);
        upload(offset, count, (view, start, length) -> view.asDoubleBuffer().put(values, from + start, length));
    }

    @Override
    public void read(long offset, float[] into, int from, int count) {
        boolean halves = type() == DType.BF16;
        typed(halves ? DType.BF16 : DType.F32, offset, count);
        Objects.checkFromIndexSize(from, count, into.length);
        download(offset, count, (view, start, length) -> {
            if (halves) {
                for (int i = 0; i < length; i++) {
                    into[from + start + i] = BFloat16.value(view.getShort(i * DType.BF16.bytes()));
                }
            } else {
                view.asFloatBuffer().get(into, from + start, length);
            }
        });
    }

    @Override
    public void read(long offset, int[] into, int from, int count) {
        typed(DType.I32, offset, count);
        Objects.checkFromIndexSize(from, count, into.length);
        download(offset, count, (view, start, length) -> view.asIntBuffer().get(into, from + start, length));
    }

    @Override
    public void read(long offset, double[] into, int from, int count) {
        typed(DType.F64, offset, count);
        Objects.checkFromIndexSize(from, count, into.length);
        download(offset, count, (view, start, length) -> view.asDoubleBuffer().get(into, from + start, length));
    }

    private interface Transfer {
        void move(ByteBuffer view, int start, int count);
    }

    private void upload(long offset, int count, Transfer transfer) {
        pieces(offset, count, (at, start, length) -> {
            int bytes = length * type().bytes();
            backend.upload(at, bytes, view -> transfer.move(view, start, length));
        });
    }

    private void download(long offset, int count, Transfer transfer) {
        pieces(offset, count, (at, start, length) ->
                transfer.move(backend.download(at, length * type().bytes()), start, length));
    }

    private interface Piece {
        void at(long address, int start, int count);
    }

    /** Pinned memory is small: large transfers go in pieces. */
    private void pieces(long offset, int count, Piece piece) {
        int most = CudaBackend.STAGE_BYTES / type().bytes();
        for (int start = 0; start < count; start += most) {
            piece.at(open() + (offset + start) * type().bytes(), start, Math.min(most, count - start));
        }
    }

    private void typed(DType wanted, long offset, long count) {
        if (type() != wanted) {
            throw new IllegalArgumentException(this + ": holds " + type() + ", not " + wanted);
        }
        range(offset, count);
    }

    private void range(long offset, long count) {
        open();
        if (offset < 0 || count < 0 || offset > length() - count) {
            throw new IndexOutOfBoundsException(this + ": no elements " + offset + " to " + (offset + count));
        }
    }
}
