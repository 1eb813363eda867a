package org.catrl.guard;

import java.util.Locale;

/**
 * A guard's warning: a signal left the bounds that the run's own beginning gives it.
 *
 * <pre>{@code
 * public void guard(GuardReport report) {
 *     System.out.println(report.message());
 * }
 * }</pre>
 *
 * @param steps     learned when it was seen
 * @param signal    the name of its metric, e.g. guard/score
 * @param value     what it was
 * @param bound     what it should not have fallen below
 * @param bestValue the best value so far
 * @param bestSteps the steps learned by the checkpoint that is kept as the best; 0 = the initial model
 * @param stops     whether the run ends
 */
public record GuardReport(int steps, String signal, double value, double bound, double bestValue, int bestSteps,
                          boolean stops) {
    /** The report with the checkpoint that is kept. */
    public GuardReport keeping(BestStep best) {
        return new GuardReport(steps, signal, value, bound, bestValue, best.steps().orElse(bestSteps), stops);
    }

    /** The warning in one line. */
    public String message() {
        String best = bestSteps == 0 ? "the initial model" : "checkpoint-" + bestSteps;
        return String.format(Locale.ROOT, "guard: after step %d %s is %.3f, below its bound %.3f (it has been %.3f); "
                + "policy and teacher may be drifting together. %s is the best so far%s", steps, signal, value, bound,
                bestValue, best, stops ? ", and the run stops" : "; guard: stop would stop here");
    }
}
