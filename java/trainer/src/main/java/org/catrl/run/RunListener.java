package org.catrl.run;

import java.nio.file.Path;
import java.util.Map;
import org.catrl.guard.GuardReport;
import org.catrl.record.GroupRecord;
import org.catrl.train.Phase;

/**
 * A listener hears what a run does, on the thread that runs it, in this order: skipped, loading, started, resumed, then
 * evaluating and evaluated, phase, group, emptyStep, guard, step and checkpoint as they come, and ended. Each method
 * does nothing unless it is overridden; what one throws ends the run.
 *
 * <pre>{@code
 * TrainingRun.of(Path.of("models/arithmetic/cat.yaml"), List.of("max_steps=10")).listener(new RunListener() {
 *     public void step(int done, int steps, Map<String, Double> metrics) {
 *         System.out.println(done + " of " + steps + ": reward " + metrics.get("reward"));
 *     }
 * }).run();
 * }</pre>
 */
public interface RunListener {
    /** A listener that does nothing. */
    RunListener SILENT = new RunListener() { };

    /**
     * Weights are read.
     *
     * @param done bytes so far
     * @param all  bytes that will be read
     */
    default void loading(long done, long all) { }

    /**
     * Prompts are left out, as the recipe asks for (data.too_long: skip).
     *
     * @param prompts how many
     * @param first   the place of the first, e.g. "prompts.jsonl, line 7"
     */
    default void skipped(int prompts, String first) { }

    /**
     * Lines of the file of an endpoint's answers hold none, so that their questions are asked again; when the endpoint
     * is first asked for.
     *
     * @param lines how many
     */
    default void damagedAnswers(Path file, int lines) { }

    /** Everything has been checked and opened, and the work begins. */
    default void started(RunStart start) { }

    /** The run has been taken up again; before anything else of its work. */
    default void resumed(RunResume resume) { }

    /**
     * Held-out problems are asked.
     *
     * @param name that of the evaluation
     * @param done problems, from 0 to all
     */
    default void evaluating(String name, int done, int all) { }

    /**
     * An evaluation is over.
     *
     * @param name that of the evaluation
     */
    default void evaluated(String name, Measured measured) { }

    /**
     * A phase of a step begins.
     *
     * @param step counted from 0
     */
    default void phase(int step, Phase phase) { }

    /** A group has been learned from, with all that made its rewards. */
    default void group(GroupRecord group) { }

    /**
     * The first step of a run from which nothing could be learned; before {@link #step} of it.
     *
     * @param why the cause, with counts, in one line
     */
    default void emptyStep(String why) { }

    /**
     * A run is not watched, though its recipe asks for a guard; before the first step.
     *
     * @param why the reason, as half a sentence
     */
    default void unwatched(String why) { }

    /**
     * A guard warns; before {@link #step} of the step that it looked at.
     *
     * @param report the signal, its bound and the step whose checkpoint is best
     */
    default void guard(GuardReport report) { }

    /**
     * An optimizer step is over.
     *
     * @param done    steps so far
     * @param steps   those of the whole run
     * @param metrics the figures as logged
     */
    default void step(int done, int steps, Map<String, Double> metrics) { }

    /**
     * A model has been saved during the run.
     *
     * @param done steps it has learned
     */
    default void checkpoint(int done, Path folder) { }

    /** The run is over and its record complete. */
    default void ended(RunResult result) { }
}
