package org.catrl.guard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.OptionalInt;

/**
 * The best step of a run so far: by validation with labels once there was one, else by the guard's score.
 *
 * <pre>{@code
 * BestStep best = new BestStep();
 * boolean better = best.guarded(10, 0.61);
 * }</pre>
 */
public final class BestStep {
    private int steps = -1;
    private double score;
    private boolean validated;

    /** Takes a score by labels; true where it is the best so far. Scores of the guard count no longer. */
    public boolean validated(int done, double value) {
        return take(done, value, !validated || value > score, true);
    }

    /** Takes a score of the guard; true where it is the best so far, and labels have not been asked. */
    public boolean guarded(int done, double value) {
        return take(done, value, !validated && (steps < 0 || value > score), validated);
    }

    private boolean take(int done, double value, boolean better, boolean byLabels) {
        validated = byLabels;
        if (better) {
            steps = done;
            score = value;
        }
        return better;
    }

    /** The steps learned by then; empty before the first score. */
    public OptionalInt steps() {
        return steps < 0 ? OptionalInt.empty() : OptionalInt.of(steps);
    }

    /** The score that made it the best. */
    public double score() {
        return score;
    }

    /** All that it remembers, for the state of a checkpoint. */
    public JsonNode state() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        return steps < 0 ? state : state.put("steps", steps).put("score", score).put("validated", validated);
    }

    /** Takes up another's state. */
    public void restore(JsonNode state) {
        steps = state.path("steps").asInt(-1);
        score = state.path("score").asDouble();
        validated = state.path("validated").asBoolean();
    }
}
