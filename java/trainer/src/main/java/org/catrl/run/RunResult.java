package org.catrl.run;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a run came to, or has come to when it was paused.
 *
 * <pre>{@code
 * RunResult result = TrainingRun.of(recipe, List.of()).run();
 * Measured after = result.measured().get("after");
 * System.out.println(result.model() + ": " + after.metrics().get("eval_label_accuracy"));
 * }</pre>
 *
 * @param folder    where its record is
 * @param steps     optimizer steps made
 * @param seconds   how long they took
 * @param cancelled whether it ended early because it was asked to
 * @param sha256    the SHA-256 of what learned
 * @param paused    the checkpoint that a paused run goes on from; empty where the run has ended
 * @param stopped   the end of a run in which nothing more could be learned; empty where it ended otherwise
 * @param metrics   those of the last step; empty where none was made
 * @param measured  the evaluations by their names, in order
 */
public record RunResult(Path folder, int steps, double seconds, boolean cancelled, Optional<Path> paused, String sha256,
                        Optional<RunStop> stopped, Map<String, Double> metrics, Map<String, Measured> measured) {
    /** The folder of the trained model. */
    public Path model() {
        return folder.resolve("model");
    }

    /** The result with evaluations. */
    RunResult with(Map<String, Measured> evaluations) {
        return new RunResult(folder, steps, seconds, cancelled, paused, sha256, stopped, metrics, evaluations);
    }

    /** The result of a run that ended early. */
    RunResult asCancelled() {
        return new RunResult(folder, steps, seconds, true, paused, sha256, stopped, metrics, measured);
    }

    /** The result of a run that was paused. */
    RunResult asPaused(Path checkpoint) {
        return new RunResult(folder, steps, seconds, cancelled, Optional.of(checkpoint), sha256, stopped, metrics,
                measured);
    }
}
