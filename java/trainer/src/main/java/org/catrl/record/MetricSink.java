package org.catrl.record;

import java.util.Map;

/**
 * A place that a run's metrics go to beside its record: TensorBoard's event files, a table. Its steps are steps
 * done, as people and TRL count them: 1 is the first step's, 0 what was measured before it. It is used by one thread.
 *
 * <pre>{@code
 * try (MetricSink sink = MetricSinks.open(run, true, false, 0)) {
 *     sink.step(1, Map.of("reward", 0.5));
 * }
 * }</pre>
 */
public interface MetricSink extends AutoCloseable {
    /**
     * Takes the metrics of a step.
     *
     * @param done    steps done, this one among them
     * @param metrics under the names that are logged; NaN where there is no figure
     * @throws RecordException when they cannot be written, naming the file and the step
     */
    void step(int done, Map<String, Double> metrics);

    /**
     * Takes an evaluation on held-out problems.
     *
     * @param done    steps done before it
     * @param metrics under the names that are logged, {@code eval_...}
     * @throws RecordException when they cannot be written, naming the file and the step
     */
    void evaluated(int done, Map<String, Double> metrics);

    /** Closes what is open; all was written when it was taken. */
    @Override
    void close();
}
