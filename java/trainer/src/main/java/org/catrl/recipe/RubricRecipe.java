package org.catrl.recipe;

import static org.catrl.setting.SettingException.require;

import java.util.List;
import org.catrl.generate.SamplingSettings;
import org.catrl.lm.FenceMark;
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
 * @param maxCriteria         most criteria of a rubric that are judged; those behind them are left out, and counted
 * @param checkReference      whether criteria that the reference itself fails are left out
 * @param maxCompletionLength most tokens of a rubric
 * @param temperature         0 = greedy
 */
public record RubricRecipe(Template template, int criteria, int fewest, int maxCriteria, boolean fromQuestion,
                           boolean checkReference, int maxCompletionLength, double temperature) {
    /**
     * A fixed form of the prompt.
     *
     * @param prefix what stands before the text
     * @param suffix what stands after it
     */
    public record Template(String prefix, String suffix) { }

    static final RubricRecipe DEFAULTS = new RubricRecipe(null, 5, 3, 32, false, true, 1024, 0);

    public RubricRecipe {
        require(criteria >= 1, "criteria", criteria, "1 or more");
        require(fewest >= 1 && fewest <= criteria, "fewest", fewest, "between 1 and criteria, " + criteria);
        require(maxCriteria >= criteria, "max_criteria", maxCriteria, "at least criteria, " + criteria);
        SamplingSettings.of(temperature, maxCompletionLength, List.of());
    }

    /**
     * A writer that asks this model.
     *
     * @param marks the run's, around the text that rubrics are made of
     */
    public RubricWriter writer(LanguageModel model, FenceMark marks) {
        RubricPrompt prompt = template != null ? RubricPrompt.template(template.prefix(), template.suffix())
                : fromQuestion ? RubricPrompt.fromQuestion(criteria, marks)
                : RubricPrompt.fromReference(criteria, marks);
        return new RubricWriter(model, prompt, fromQuestion,
                SamplingSettings.of(temperature, maxCompletionLength, List.of()));
    }

    /** How rubrics are used. */
    public RubricSettings toSettings(JudgeRecipe judge) {
        return new RubricSettings(fewest, maxCriteria, checkReference, judge.withQuestion(), judge.failureLimit());
    }
}
