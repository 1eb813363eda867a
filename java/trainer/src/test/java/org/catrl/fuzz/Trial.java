package org.catrl.fuzz;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One reading of one text by one subject, in a thread of its own, so that one that never ends is left behind. The time
 * is the processor's, and not the clock's, which on a busy machine says little.
 *
 * @param fault   what was thrown and may not be, or null
 * @param seconds how long the thread worked
 * @param hung    whether it worked longer than it may
 */
record Trial(Throwable fault, double seconds, boolean hung) {
    /** How long a thread may work on one text. */
    static final double LONGEST_SECONDS = 10;
    private static final long LONGEST_WAIT_SECONDS = 600;
    private static final long LOOK_MILLIS = 200;
    private static final double NANOS = 1e9;

    /** The reading of a text, which may take no longer than so many seconds of work. */
    static Trial of(Subject subject, String text, String other, double longest) throws InterruptedException {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        AtomicReference<Throwable> fault = new AtomicReference<>();
        long[] worked = new long[1];
        Thread thread = new Thread(() -> {
            fault.set(subject.fault(text, other));
            worked[0] = threads.getCurrentThreadCpuTime();
        }, "fuzz " + subject.name());
        thread.setDaemon(true);
        thread.start();
        long begun = System.nanoTime();
        long seen = 0;
        while (thread.isAlive() && seen < longest * NANOS
                && System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(LONGEST_WAIT_SECONDS)) {
            thread.join(LOOK_MILLIS);
            seen = Math.max(seen, threads.getThreadCpuTime(thread.getId()));
        }
        boolean hung = thread.isAlive() || worked[0] > longest * NANOS;
        return new Trial(fault.get(), Math.max(seen, worked[0]) / NANOS, hung);
    }

    /** Whether the subject did what it may not. */
    boolean wrong() {
        return hung || fault != null;
    }

    /** What went wrong, as a name under which equal faults are one. */
    String kind() {
        return hung ? "no end in time" : fault.getClass().getSimpleName();
    }
}
