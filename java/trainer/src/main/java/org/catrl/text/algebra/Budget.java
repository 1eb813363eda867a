package org.catrl.text.algebra;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;

/**
 * The work that one comparison may do, in steps of roughly a microsecond, counted so that every machine decides alike;
 * and, as a last resort, the time that it may take: the thread's own, so that a busy machine decides as an idle one.
 */
final class Budget {
    private static final long STEPS = 400_000;
    /** Steps between two looks at the clock, which take about as long as a step. */
    private static final long PAUSE = 1000;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final long end;
    private long left = STEPS;
    private long look = STEPS;

    /** The work of one comparison on this thread, and the longest time for it. */
    Budget(Duration deadline) {
        this.end = now() + deadline.toNanos();
    }

    /** Counts work. @throws UndecidedException where none is left, or no time */
    void spend(long steps) {
        left -= steps;
        if (left < 0) {
            throw new UndecidedException();
        }
        if (left < look) {
            look = left - PAUSE;
            checkTime();
        }
    }

    private void checkTime() {
        if (now() - end > 0) {
            throw new UndecidedException();
        }
    }

    private long now() {
        return threads.isCurrentThreadCpuTimeSupported() ? threads.getCurrentThreadCpuTime() : System.nanoTime();
    }
}
