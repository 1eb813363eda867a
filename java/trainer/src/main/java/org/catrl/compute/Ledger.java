package org.catrl.compute;

import java.util.Map;
import java.util.TreeMap;

/** The account of a backend's memory: how much each owner holds. Thread-safe. */
public final class Ledger {
    private final Map<String, Long> bytesByOwner = new TreeMap<>();
    private long total;
    private long peak;

    /** Enters bytes that an owner took. */
    public synchronized void allocated(String owner, long bytes) {
        bytesByOwner.merge(owner, bytes, Long::sum);
        total += bytes;
        peak = Math.max(peak, total);
    }

    /** Strikes bytes that an owner gave back. */
    public synchronized void released(String owner, long bytes) {
        bytesByOwner.computeIfPresent(owner, (name, held) -> held == bytes ? null : held - bytes);
        total -= bytes;
    }

    /** Bytes held now. */
    public synchronized long total() {
        return total;
    }

    /** The most bytes ever held at once. */
    public synchronized long peak() {
        return peak;
    }

    /** A copy of the entries, sorted by owner. */
    public synchronized Map<String, Long> byOwner() {
        return new TreeMap<>(bytesByOwner);
    }
}
