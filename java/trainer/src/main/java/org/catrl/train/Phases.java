package org.catrl.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.catrl.lm.TokenUse;

/** The phases of a step, one after the other: how long each took, and, when one runs out of memory, which. */
final class Phases {
    private final Stopwatch watch = new Stopwatch();
    private final Supplier<TokenUse> meter;
    private final Consumer<Phase> beginning;
    private final Map<Phase, Double> seconds = new LinkedHashMap<>();
    private final List<Stage> stages = new ArrayList<>();

    /**
     * The phases of a step that begins.
     *
     * @param meter     what the models that are asked in a step have been used for so far
     * @param beginning hears of each before it begins; what it throws leaves the step there
     */
    Phases(Supplier<TokenUse> meter, Consumer<Phase> beginning) {
        this.meter = meter;
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
            TokenUse before = meter.get();
            T result = work.get();
            seconds.put(phase, watch.lap());
            stages.add(new Stage(phase.name().toLowerCase(Locale.ROOT), seconds.get(phase),
                    meter.get().since(before)));
            return result;
        } catch (OutOfMemoryError e) {
            OutOfMemoryError told = new OutOfMemoryError("phase " + phase.text() + ": " + e.getMessage());
            told.initCause(e);
            throw told;
        }
    }

    /** What the phases took; what the policy itself reads and writes to sample is added to the first. */
    List<Stage> stages(TokenUse sampled) {
        Stage rollout = stages.get(0);
        List<Stage> all = new ArrayList<>(stages);
        all.set(0, new Stage(rollout.name(), rollout.seconds(), rollout.used().plus(sampled)));
        return all;
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
