package org.catrl.compute;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.Objects;
import org.catrl.kernels.Kernels;

/** Memory of a {@link NativeBackend}: an address, or a view into the memory of another buffer. */
final class NativeBuffer extends Buffer {
    private final NativeBackend backend;
    private final NativeBuffer root;
    private final long address;
    private volatile boolean closed;

    NativeBuffer(NativeBackend backend, DType type, long length, String owner, long address) {
        super(type, length, owner);
        this.backend = backend;
        this.root = this;
        this.address = address;
    }

    private NativeBuffer(NativeBuffer parent, long offset, long length) {
        super(parent.type(), length, parent.owner());
        this.backend = parent.backend;
        this.root = parent.root;
        this.address = parent.address + offset * type().bytes();
    }

    /** The address of a buffer, 0 for null. */
    static long address(Buffer buffer) {
        return buffer == null ? 0 : ((NativeBuffer) buffer).open();
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
        return new NativeBuffer(this, offset, count);
    }

    @Override
    public boolean closed() {
        return root.closed;
    }

    @Override
    public void close() {
        if (root == this) {
            closed = true;
            backend.release(this, address);
        }
    }

    @Override
    public void write(long offset, float[] values, int from, int count) {
        write(offset, FloatBuffer.wrap(values, from, count));
    }

    @Override
    public void write(long offset, FloatBuffer values) {
        storage(offset, values.remaining());
        FloatBuffer rest = values.duplicate();
        upload(offset, values.remaining(), (view, start, length) ->
                put(view, rest.slice(rest.position() + start, length)));
        values.position(values.limit());
    }

    private void put(ByteBuffer view, FloatBuffer values) {
        if (type() == DType.F32) {
            view.asFloatBuffer().put(values);
            return;
        }
        ShortBuffer halves = view.asShortBuffer();
        while (values.hasRemaining()) {
            halves.put(BFloat16.bits(values.get()));
        }
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
        storage(offset, count);
        Objects.checkFromIndexSize(from, count, into.length);
        download(offset, count, (view, start, length) -> get(view, into, from + start, length));
    }

    private void get(ByteBuffer view, float[] into, int from, int count) {
        if (type() == DType.F32) {
            view.asFloatBuffer().get(into, from, count);
            return;
        }
        ShortBuffer halves = view.asShortBuffer();
        for (int i = 0; i < count; i++) {
            into[from + i] = BFloat16.value(halves.get(i));
        }
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

    /** One op where the backend computes in the host's memory; otherwise in pieces, as pinned memory is small. */
    @Override
    void copyTo(HostCopy copy) {
        open();
        if (backend.isHostMemory()) {
            backend.copyOut(new NativeBuffer(backend, type(), length(), HostCopy.OWNER, copy.address()), this);
            return;
        }
        int most = NativeBackend.STAGE_BYTES / type().bytes();
        for (long done = 0; done < length(); done += most) {
            int bytes = (int) bytes(Math.min(most, length() - done));
            long target = copy.address() + bytes(done);
            long offset = done;
            backend.download(() -> open() + bytes(offset), bytes, view ->
                    Kernels.view(target, bytes).put(0, view, 0, bytes));
        }
    }

    /** A move of elements start .. start + length between a view of native memory and the caller's array. */
    private interface Transfer {
        /** Moves the elements. */
        void move(ByteBuffer view, int start, int length);
    }

    private void upload(long offset, int count, Transfer transfer) {
        pieces(count, (start, length) -> backend.upload(() -> open() + bytes(offset + start), (int) bytes(length),
                view -> transfer.move(view, start, length)));
    }

    private void download(long offset, int count, Transfer transfer) {
        pieces(count, (start, length) -> backend.download(() -> open() + bytes(offset + start), (int) bytes(length),
                view -> transfer.move(view, start, length)));
    }

    private long bytes(long elements) {
        return elements * type().bytes();
    }

    /** One part of a transfer. */
    private interface Piece {
        /** Moves elements start .. start + length. */
        void move(int start, int length);
    }

    /** Pinned memory is small: large transfers go in pieces. */
    private void pieces(int count, Piece piece) {
        int most = NativeBackend.STAGE_BYTES / type().bytes();
        for (int start = 0; start < count; start += most) {
            piece.move(start, Math.min(most, count - start));
        }
    }

    private void storage(long offset, long count) {
        if (type() != DType.F32 && type() != DType.BF16) {
            throw new IllegalArgumentException(this + ": holds " + type() + ", not F32 or BF16");
        }
        range(offset, count);
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
