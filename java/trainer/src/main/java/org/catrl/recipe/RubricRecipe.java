package org.catrl.recipe;

import static org.catrl.setting.SettingException.require;

import java.util.List;
import org.catrl.generate.SamplingSettings;
import org.catrl.lm.LanguageModel;
import org.catrl.reward.RubricPrompt;
import org.catrl.reward.RubricSettings;
import org.catrl.reward.RubricWriter;

/**
 * How rubrics are written and used.
 *
 * <pre>{@code
 * rubric: {criteria: 5, from_question: true}
 * }</pre>
 *
 * @param template            a fixed form, for models trained on one; absent: the prompt for models that follow
 *                            instructions
 * @param criteria            criteria asked for, at least
 * @param fewest              usable criteria below which a rubric gives no reward
 * @param fromQuestion        whether it is written from the question instead of the reference (the ablation)
 * @param checkReference      whether criteria that the reference itself fails are left out
 * @param maxCompletionLength most tokens of a rubric
 * @param temperature         0 = greedy
 */
public record RubricRecipe(Template template, int criteria, int fewest, boolean fromQuestion, boolean checkReference,
                    int maxCompletionLength, double temperature) {
    /**
     * A fixed form of the prompt.
     *
     * @param prefix what stands before the text
     * @param suffix what stands after it
     */
    public record Template(String prefix, String suffix) { }

    static final RubricRecipe DEFAULTS = new RubricRecipe(null, 5, 3, false, true, 1024, 0);

    public RubricRecipe {
        require(criteria >= 1, "criteria", criteria, "1 or more");
        require(fewest >= 1 && fewest <= criteria, "fewest", fewest, "between 1 and criteria, " + criteria);
        SamplingSettings.of(temperature, maxCompletionLength, List.of());
    }

    /** A writer that asks this model. */
    public RubricWriter writer(LanguageModel model) {
        RubricPrompt prompt = template != null ? text -> template.prefix() + text + template.suffix()
                : fromQuestion ? RubricPrompt.fromQuestion(criteria) : RubricPrompt.fromReference(criteria);
        return new RubricWriter(model, prompt, fromQuestion,
                SamplingSettings.of(temperature, maxCompletionLength, List.of()));
    }

    /** How rubrics are used. */
    public RubricSettings toSettings(JudgeRecipe judge) {
        return new RubricSettings(fewest, checkReference, judge.withQuestion(), judge.failureLimit());
    }
}
