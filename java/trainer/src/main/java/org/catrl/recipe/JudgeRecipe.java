package org.catrl.recipe;

import static org.catrl.setting.SettingException.require;

import java.util.List;
import org.catrl.generate.SamplingSettings;
import org.catrl.lm.FenceMark;
import org.catrl.lm.LanguageModel;
import org.catrl.reward.Judge;
import org.catrl.reward.JudgePrompt;
import org.catrl.reward.JudgeReward;
import org.catrl.reward.LikelihoodJudge;
import org.catrl.reward.ModelJudge;
import org.catrl.reward.VerdictFormat;

/**
 * How the judge is asked.
 *
 * <pre>{@code
 * judge: {method: likelihood, with_question: true}
 * }</pre>
 *
 * @param method              it replies, or, for a local model, yes and no are compared by their likelihood
 * @param template            a fixed form, for models trained on one; absent: the prompt for models that follow
 *                            instructions
 * @param format              the form of its replies
 * @param attempts            how often a question is asked in all when the reply says nothing
 * @param failureLimit        share of questions without a verdict above which the run stops
 * @param withQuestion        whether it sees what the response responds to
 * @param maxCompletionLength most tokens of a reply
 */
public record JudgeRecipe(Method method, Template template, VerdictFormat format, int attempts, double failureLimit,
                   boolean withQuestion, int maxCompletionLength) {
    /** How it is asked. */
    public enum Method { REPLY, LIKELIHOOD }

    /**
     * A fixed form.
     *
     * @param prefix     what stands before the response
     * @param separator  between the response and the criterion
     * @param suffix     behind the criterion
     * @param yes        what is said then where the criterion is met
     * @param no         what is said where it is not
     * @param equivalent what stands before the reference in the criterion of {@code kind: judge}; absent: an English
     *                   sentence
     */
    public record Template(String prefix, String separator, String suffix, String yes, String no, String equivalent) { }

    static final JudgeRecipe DEFAULTS = new JudgeRecipe(Method.REPLY, null, VerdictFormat.XML, 3, 0.2, false, 256);

    public JudgeRecipe {
        require(attempts >= 1, "attempts", attempts, "1 or more");
        require(failureLimit >= 0 && failureLimit <= 1, "failure_limit", failureLimit, "in [0, 1]");
        require(maxCompletionLength >= 1, "max_completion_length", maxCompletionLength, "1 or more");
    }

    /**
     * A judge that asks this model.
     *
     * @param marks the run's, around what is judged
     */
    public Judge over(LanguageModel model, FenceMark marks) {
        JudgePrompt prompt = template == null ? JudgePrompt.general(format, marks)
                : JudgePrompt.template(template.prefix(), template.separator(), template.suffix());
        if (method == Method.REPLY) {
            return new ModelJudge(model, prompt, format, SamplingSettings.of(0, maxCompletionLength, List.of()),
                    attempts);
        }
        return template == null ? new LikelihoodJudge(model, prompt, "<verdict>yes", "<verdict>no")
                : new LikelihoodJudge(model, prompt, template.yes(), template.no());
    }

    /**
     * The reward of {@code kind: judge}.
     *
     * @param marks the run's, around what is judged
     */
    public JudgeReward reward(LanguageModel model, FenceMark marks) {
        return template == null || template.equivalent() == null ? new JudgeReward(over(model, marks), failureLimit)
                : new JudgeReward(over(model, marks), template.equivalent(), failureLimit);
    }
}
