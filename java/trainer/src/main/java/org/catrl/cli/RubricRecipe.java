package org.catrl.cli;

import java.util.List;
import org.catrl.generate.SamplingSettings;
import org.catrl.reward.RubricPrompt;
import org.catrl.reward.RubricSettings;

/**
 * How rubrics are written and used.
 *
 * @param criteria            asked for at least
 * @param fewest              usable ones below which a rubric gives no reward
 * @param fromQuestion        written from the question instead of the reference (the ablation)
 * @param checkReference      what the reference itself fails is left out
 * @param maxCompletionLength most tokens of a rubric
 * @param temperature         0 = greedy
 */
record RubricRecipe(int criteria, int fewest, boolean fromQuestion, boolean checkReference, int maxCompletionLength,
                    double temperature) {
    static final RubricRecipe DEFAULTS = new RubricRecipe(5, 3, false, true, 1024, 0);

    RubricRecipe {
        if (criteria < 1 || fewest < 1 || fewest > criteria) {
            throw new IllegalArgumentException(criteria < 1 ? "criteria is " + criteria + "; it must be 1 or more"
                    : "fewest is " + fewest + "; it must be between 1 and criteria, " + criteria);
        }
        SamplingSettings.of(temperature, maxCompletionLength, List.of());
    }

    RubricSettings toSettings(JudgeRecipe judge) {
        return new RubricSettings(fromQuestion ? RubricPrompt.fromQuestion(criteria) : RubricPrompt.fromReference(criteria),
                fromQuestion, SamplingSettings.of(temperature, maxCompletionLength, List.of()), fewest, checkReference,
                judge.withQuestion(), judge.failureLimit());
    }
}
