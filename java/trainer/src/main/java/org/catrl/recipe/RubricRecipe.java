package org.catrl.recipe;

import java.util.List;
import org.catrl.generate.SamplingSettings;
import org.catrl.lm.LanguageModel;
import org.catrl.reward.RubricPrompt;
import org.catrl.reward.RubricSettings;
import org.catrl.reward.RubricWriter;

/**
 * How rubrics are written and used.
 *
 * @param template            a fixed form, for models trained on one; absent: the prompt for models that follow
 *                            instructions
 * @param criteria            asked for at least
 * @param fewest              usable ones below which a rubric gives no reward
 * @param fromQuestion        written from the question instead of the reference (the ablation)
 * @param checkReference      what the reference itself fails is left out
 * @param maxCompletionLength most tokens of a rubric
 * @param temperature         0 = greedy
 */
public record RubricRecipe(Template template, int criteria, int fewest, boolean fromQuestion, boolean checkReference,
                    int maxCompletionLength, double temperature) {
    /** What stands before and after the text. */
    public record Template(String prefix, String suffix) { }

    static final RubricRecipe DEFAULTS = new RubricRecipe(null, 5, 3, false, true, 1024, 0);

    public RubricRecipe {
        if (criteria < 1 || fewest < 1 || fewest > criteria) {
            throw new IllegalArgumentException(criteria < 1 ? "criteria is " + criteria + "; it must be 1 or more"
                    : "fewest is " + fewest + "; it must be between 1 and criteria, " + criteria);
        }
        SamplingSettings.of(temperature, maxCompletionLength, List.of());
    }

    public RubricWriter writer(LanguageModel model) {
        RubricPrompt prompt = template != null ? text -> template.prefix() + text + template.suffix()
                : fromQuestion ? RubricPrompt.fromQuestion(criteria) : RubricPrompt.fromReference(criteria);
        return new RubricWriter(model, prompt, fromQuestion, SamplingSettings.of(temperature, maxCompletionLength, List.of()));
    }

    public RubricSettings toSettings(JudgeRecipe judge) {
        return new RubricSettings(fewest, checkReference, judge.withQuestion(), judge.failureLimit());
    }
}
