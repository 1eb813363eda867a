package org.catrl.text.algebra;

import java.time.Duration;

/**
 * The work that one comparison may do, in steps of roughly a microsecond, counted so that every machine decides alike;
 * and, as a last resort, the time that it may take.
 */
final class Budget {
    private static final long STEPS = 600_000;

    private final long end;
    private long left = STEPS;

    /** The work of one comparison, and the longest time for it. */
    Budget(Duration deadline) {
        this.end = System.nanoTime() + deadline.toNanos();
    }

    /** Counts work. @throws UndecidedException where none is left, or no time */
    void spend(long steps) {
        left -= steps;
        if (left < 0 || System.nanoTime() - end > 0) {
            throw new UndecidedException();
        }
    }
}
