package org.catrl.model;

import java.util.ArrayList;
import java.util.List;
import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;

/**
 * Memory that is used again on every call. A call asks for the same buffers in the same order as the one before it; the
 * i-th request gets the i-th buffer, which only ever grows, so that memory stops growing once the largest call has been
 * seen. What a buffer held before is not cleared.
 */
final class Workspace implements AutoCloseable {
    private final Backend backend;
    private final DType real;
    private final String owner;
    private final List<Buffer> held = new ArrayList<>();
    private int next;

    /** @param real the storage type of {@link #reals} */
    Workspace(Backend backend, DType real, String owner) {
        this.backend = backend;
        this.real = real;
        this.owner = owner;
    }

    /** Takes back everything that was handed out: the start of a call. */
    void rewind() {
        next = 0;
    }

    /** F32, whatever the storage type: statistics, logits, log-probabilities. */
    Buffer floats(long length) {
        return take(DType.F32, length);
    }

    /** In the storage type: activations and their gradients. */
    Buffer reals(long length) {
        return take(real, length);
    }

    /** The host's values in an I32 buffer of their number. */
    Buffer ints(int... values) {
        return take(DType.I32, values.length).put(values);
    }

    Buffer ints(long length) {
        return take(DType.I32, length);
    }

    private Buffer take(DType type, long length) {
        int slot = next++;
        if (slot == held.size()) {
            held.add(backend.allocate(type, length, owner));
        } else if (held.get(slot).length() < length || held.get(slot).type() != type) {
            held.get(slot).close();
            held.set(slot, backend.allocate(type, length + length / 8, owner));
        }
        Buffer whole = held.get(slot);
        return whole.length() == length ? whole : whole.slice(0, length);
    }

    @Override
    public void close() {
        held.forEach(Buffer::close);
        held.clear();
    }
}
