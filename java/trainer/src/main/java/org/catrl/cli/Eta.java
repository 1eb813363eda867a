package org.catrl.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/**
 * The time that a piece of work will still take: what is left of it times the median time of a unit lately, so that a
 * pause, an evaluation between two steps or a slow start does not move it.
 */
final class Eta {
    private static final int LATELY = 20;
    private static final double NANOS = 1e9;
    private static final int MINUTE = 60;
    private static final int HOUR = 60 * MINUTE;
    private static final int DAY = 24 * HOUR;

    private final LongSupplier clock;
    private final Deque<Double> perUnit = new ArrayDeque<>();
    private long done;
    private long reached;

    /**
     * The time of work that goes on from here.
     *
     * @param clock  now, in nanoseconds
     * @param done   how much was done before
     * @param since  when the clock began to run for what comes next
     */
    Eta(LongSupplier clock, long done, long since) {
        this.clock = clock;
        this.done = done;
        this.reached = since;
    }

    /** The time of work that begins now. */
    static Eta fromNow() {
        return new Eta(System::nanoTime, 0, System.nanoTime());
    }

    /** Notes that so much is done; less than before, or as much, tells nothing. */
    void reached(long nowDone) {
        if (nowDone > done) {
            long now = clock.getAsLong();
            perUnit.add((now - reached) / NANOS / (nowDone - done));
            if (perUnit.size() > LATELY) {
                perUnit.remove();
            }
            done = nowDone;
            reached = now;
        }
    }

    /** The seconds until the whole is done; empty where nothing is left, or nothing is known. */
    OptionalDouble seconds(long whole) {
        if (perUnit.isEmpty() || whole <= done) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(median() * (whole - done));
    }

    private double median() {
        double[] sorted = perUnit.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    /** The same as people read it, e.g. "eta 3m 10s"; empty where there is none. */
    String text(long whole) {
        OptionalDouble seconds = seconds(whole);
        return seconds.isPresent() ? "eta " + duration(seconds.getAsDouble()) : "";
    }

    /** A time in its two largest units. */
    static String duration(double seconds) {
        long all = Math.round(seconds);
        if (all < MINUTE) {
            return all + "s";
        } else if (all < HOUR) {
            return units(all, MINUTE, "m", 1, "s");
        }
        return all < DAY ? units(all, HOUR, "h", MINUTE, "m") : units(all, DAY, "d", HOUR, "h");
    }

    private static String units(long seconds, int large, String name, int small, String smallName) {
        return String.format(Locale.ROOT, "%d%s %02d%s", seconds / large, name, seconds % large / small, smallName);
    }
}
