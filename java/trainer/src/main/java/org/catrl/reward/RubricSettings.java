package org.catrl.reward;

import org.catrl.generate.SamplingSettings;

/**
 * How rubrics are written and used.
 *
 * @param prompt         how they are asked for
 * @param fromQuestion   from the question instead of the reference (the ablation)
 * @param sampling       how the writer's replies are drawn
 * @param fewest         usable criteria below which a rubric is not used
 * @param checkReference whether criteria that the reference fails are left out
 * @param withQuestion   whether the judge sees the question
 * @param failureLimit   share of questions without a verdict above which the run stops
 */
public record RubricSettings(RubricPrompt prompt, boolean fromQuestion, SamplingSettings sampling, int fewest,
                             boolean checkReference, boolean withQuestion, double failureLimit) {
    public RubricSettings {
        if (fewest < 1) {
            throw new IllegalArgumentException("fewest is " + fewest + "; it must be 1 or more");
        }
        if (!(failureLimit >= 0 && failureLimit <= 1)) {
            throw new IllegalArgumentException("failure_limit is " + failureLimit + "; it must be in [0, 1]");
        }
    }
}
