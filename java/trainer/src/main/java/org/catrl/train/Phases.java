package org.catrl.train;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The phases of a step, one after the other: how long each took, and, when one runs out of memory, which. */
final class Phases {
    private final Stopwatch watch = new Stopwatch();
    private final Map<Phase, Double> seconds = new LinkedHashMap<>();

    private final Consumer<Phase> beginning;

    /**
     * The phases of a step that begins.
     *
     * @param beginning hears of each before it begins; what it throws leaves the step there
     */
    Phases(Consumer<Phase> beginning) {
        this.beginning = beginning;
    }

    /**
     * The result of the work, whose time is kept under its phase.
     *
     * @throws OutOfMemoryError naming the phase
     */
    <T> T run(Phase phase, Supplier<T> work) {
        beginning.accept(phase);
        try {
            T result = work.get();
            seconds.put(phase, watch.lap());
            return result;
        } catch (OutOfMemoryError e) {
            OutOfMemoryError told = new OutOfMemoryError("phase " + phase.text() + ": " + e.getMessage());
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
