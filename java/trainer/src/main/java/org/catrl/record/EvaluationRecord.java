package org.catrl.record;

import java.util.Map;

/**
 * What an evaluation found.
 *
 * @param step    -1 before the first step, s where it was made in step s, N after the last of N steps
 * @param name    that of the evaluation
 * @param metrics under the names that are logged
 */
public record EvaluationRecord(int step, String name, Map<String, Double> metrics) {
    /** The step of an evaluation before the first one. */
    public static final int BEFORE = -1;
    /** The name of the evaluations during a run, whose metrics are among their step's too. */
    public static final String PROBE = "probe";

    /** Whether other problems were asked than during the run. */
    boolean isHeldOut() {
        return !name.equals(PROBE);
    }
}
