package org.catrl.guard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * The guard of a run: it follows the policy's score on the probe, knows where it was best, and warns where more of what
 * was gained is lost again than the settings allow. Its bound is made of the run's own beginning: the best score less a
 * share of the gain, and never nearer to the best than two standard errors of the first score.
 *
 * <pre>{@code
 * Guard guard = new Guard(GuardMode.WARN, 0.15);
 * guard.after(ProbeScore.of(0, scored).orElseThrow());
 * Optional<GuardReport> warning = guard.after(ProbeScore.of(10, later).orElseThrow());
 * }</pre>
 */
public final class Guard {
    /** The name of the metric that is followed. */
    public static final String SCORE = "guard/score";

    /** Standard errors of the first score that are noise. */
    private static final double NOISE = 2;

    private final GuardMode mode;
    private final double loss;
    private ProbeScore first;
    private ProbeScore best;
    private boolean warned;

    /**
     * A guard that has seen nothing.
     *
     * @param loss share of the gain that may be lost again
     */
    public Guard(GuardMode mode, double loss) {
        this.mode = mode;
        this.loss = loss;
    }

    /** Takes a score; a warning where it is too low, once until it has recovered. */
    public Optional<GuardReport> after(ProbeScore score) {
        if (first == null) {
            first = score;
        }
        if (best == null || score.value() > best.value()) {
            best = score;
        }
        boolean low = score.value() < bound();
        boolean told = warned;
        warned = low;
        return low && !told ? Optional.of(new GuardReport(score.steps(), SCORE, score.value(), bound(), best.value(),
                best.steps(), mode == GuardMode.STOP)) : Optional.empty();
    }

    /** The score below which a warning is due; minus infinity before the first. */
    public double bound() {
        return best == null ? Double.NEGATIVE_INFINITY
                : best.value() - Math.max(loss * (best.value() - first.value()), NOISE * first.error());
    }

    /** The score of the initial policy: the run's own beginning. */
    public Optional<ProbeScore> initial() {
        return Optional.ofNullable(first);
    }

    /** The best score so far. */
    public Optional<ProbeScore> best() {
        return Optional.ofNullable(best);
    }

    /** All that it remembers, for the state of a checkpoint. */
    public JsonNode state() {
        ObjectNode state = JsonNodeFactory.instance.objectNode().put("warned", warned)
                .put("loss", loss);
        if (best != null) {
            state.set("first", node(first));
            state.set("best", node(best));
        }
        return state;
    }

    /** Takes up the state of another guard; what that one warned of, this one may again where its bound is another. */
    public void restore(JsonNode state) {
        warned = state.path("warned").asBoolean() && isBoundBy(state);
        first = score(state.get("first"));
        best = score(state.get("best"));
    }

    /** Whether the guard of a state had the bound that this one has. */
    public boolean isBoundBy(JsonNode state) {
        return state.path("loss").asDouble() == loss;
    }

    private static ObjectNode node(ProbeScore score) {
        return JsonNodeFactory.instance.objectNode().put("steps", score.steps()).put("value", score.value())
                .put("error", score.error()).put("prompts", score.prompts());
    }

    private static ProbeScore score(JsonNode node) {
        return node == null ? null : new ProbeScore(node.path("steps").asInt(), node.path("value").asDouble(),
                node.path("error").asDouble(), node.path("prompts").asInt());
    }
}
