package org.catrl.train;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** The phases of a step, one after the other: how long each took, and, when one runs out of memory, which. */
final class Phases {
    private final Stopwatch watch = new Stopwatch();
    private final Map<Phase, Double> seconds = new LinkedHashMap<>();

    /** A part of a step. */
    enum Phase {
        ROLLOUT("rollout"), AGGREGATE("aggregation"), REWARD("rewards"), REFERENCE("reference log-probabilities"),
        UPDATE("update");

        private final String name;

        Phase(String name) {
            this.name = name;
        }
    }

    /**
     * The result of the work, whose time is kept under its phase.
     *
     * @throws OutOfMemoryError naming the phase
     */
    <T> T run(Phase phase, Supplier<T> work) {
        try {
            T result = work.get();
            seconds.put(phase, watch.lap());
            return result;
        } catch (OutOfMemoryError e) {
            OutOfMemoryError told = new OutOfMemoryError("phase " + phase.name + ": " + e.getMessage());
            told.initCause(e);
            throw told;
        }
    }

    /** The {@code timing_s/*} metrics, but those that the update tells itself, and {@code step_time} so far. */
    Map<String, Double> metrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("timing_s/rollout", seconds.get(Phase.ROLLOUT));
        metrics.put("timing_s/aggregate", seconds.get(Phase.AGGREGATE));
        metrics.put("timing_s/reward", seconds.get(Phase.REWARD));
        metrics.put("step_time", watch.total());
        return metrics;
    }
}
