package org.catrl.train;

/** Seconds from lap to lap. */
final class Stopwatch {
    private final long start = System.nanoTime();
    private long last = start;

    /** Seconds since the last lap, or since the start. */
    double lap() {
        long before = last;
        last = System.nanoTime();
        return (last - before) / 1e9;
    }

    /** Seconds since the start. */
    double total() {
        return (System.nanoTime() - start) / 1e9;
    }
}
