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
    private final DType storage;
    private final String owner;
    private final List<Buffer> held = new ArrayList<>();
    private int next;

    /**
     * A workspace that holds nothing yet.
     *
     * @param storage the type of {@link #stored}
     * @param owner   in the ledger
     */
    Workspace(Backend backend, DType storage, String owner) {
        this.backend = backend;
        this.storage = storage;
        this.owner = owner;
    }

    /** Takes back everything that was handed out: the start of a call. */
    void rewind() {
        next = 0;
    }

    /** A buffer of F32, whatever the storage type: statistics, logits, log-probabilities. */
    Buffer floats(long length) {
        return take(DType.F32, length);
    }

    /** A buffer in the storage type: activations and their gradients. */
    Buffer stored(long length) {
        return take(storage, length);
    }

    /** A buffer of I32 that holds the host's values. */
    Buffer ints(int... values) {
        return take(DType.I32, values.length).put(values);
    }

    /** A buffer of I32, to be written to. */
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
