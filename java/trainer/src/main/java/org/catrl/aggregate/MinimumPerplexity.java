package org.catrl.aggregate;

import org.catrl.flow.PseudoReference;
import org.catrl.flow.Rollout;
import org.catrl.flow.SampledGroup;
import org.catrl.lm.Pending;
import org.catrl.text.AnswerFormat;

/**
 * The rollout that the policy found likeliest: highest mean log-probability per token, as recorded at sampling.
 * One whose model tells none has no score, and is not chosen.
 */
public final class MinimumPerplexity implements Aggregator {
    private final AnswerFormat format;

    /**
     * A choice of the rollout of lowest perplexity.
     *
     * @param format how answers are read; a rollout without one is not chosen
     */
    public MinimumPerplexity(AnswerFormat format) {
        this.format = format;
    }

    @Override
    public Pending<PseudoReference> estimate(SampledGroup group, int step) {
        return Pending.of(Selection.highest(group, group.rollouts().stream().map(Rollout::meanLogProb).toList(),
                "min_perplexity", format));
    }
}
