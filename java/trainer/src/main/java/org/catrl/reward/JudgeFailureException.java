package org.catrl.reward;

import java.util.Locale;

/** A judge that fails too often to learn from; thrown before any weight is touched. */
public final class JudgeFailureException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private JudgeFailureException(String message) {
        super(message);
    }

    /** @param failures share of questions without a verdict */
    static void check(double failures, double limit, int step) {
        if (failures > limit) {
            throw new JudgeFailureException(String.format(Locale.ROOT, "step %d: the judge gave no verdict on %.0f%% of what "
                    + "it was asked, the limit (failure_limit) is %.0f%%; look at its replies in groups.jsonl, at its "
                    + "endpoint, or at its prompt", step, 100 * failures, 100 * limit));
        }
    }
}
