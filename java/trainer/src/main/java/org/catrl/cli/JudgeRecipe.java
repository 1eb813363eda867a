package org.catrl.cli;

import java.util.List;
import org.catrl.generate.LanguageModel;
import org.catrl.generate.SamplingSettings;
import org.catrl.reward.Judge;
import org.catrl.reward.ModelJudge;
import org.catrl.reward.VerdictFormat;

/**
 * How the judge is asked.
 *
 * @param format              of its replies
 * @param attempts            how often a question is asked in all when the reply says nothing
 * @param failureLimit        share of questions without a verdict above which the run stops
 * @param withQuestion        whether it sees what the response responds to
 * @param maxCompletionLength most tokens of a reply
 */
record JudgeRecipe(VerdictFormat format, int attempts, double failureLimit, boolean withQuestion,
                   int maxCompletionLength) {
    static final JudgeRecipe DEFAULTS = new JudgeRecipe(VerdictFormat.XML, 3, 0.2, false, 256);

    JudgeRecipe {
        if (attempts < 1) {
            throw new IllegalArgumentException("attempts is " + attempts + "; it must be 1 or more");
        }
        if (!(failureLimit >= 0 && failureLimit <= 1)) {
            throw new IllegalArgumentException("failure_limit is " + failureLimit + "; it must be in [0, 1]");
        }
    }

    Judge over(LanguageModel model) {
        return new ModelJudge(model, format, SamplingSettings.of(0, maxCompletionLength, List.of()), attempts);
    }
}
