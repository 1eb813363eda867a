package org.catrl.reward;

/**
 * How rubrics are used.
 *
 * @param fewest         usable criteria below which a rubric is not used
 * @param most           criteria that are judged; those behind them are left out
 * @param checkReference whether criteria that the reference fails are left out
 * @param withQuestion   whether the judge sees the question
 * @param failureLimit   share of questions without a verdict above which the run stops
 */
public record RubricSettings(int fewest, int most, boolean checkReference, boolean withQuestion, double failureLimit) {
    public RubricSettings {
        if (fewest < 1) {
            throw new IllegalArgumentException("fewest is " + fewest + "; it must be 1 or more");
        }
        if (most < fewest) {
            throw new IllegalArgumentException("most is " + most + "; it must be at least fewest, " + fewest);
        }
        if (!(failureLimit >= 0 && failureLimit <= 1)) {
            throw new IllegalArgumentException("failure_limit is " + failureLimit + "; it must be in [0, 1]");
        }
    }
}
