package org.catrl.aggregate;

import org.catrl.flow.PseudoReference;
import org.catrl.flow.SampledGroup;
import org.catrl.lm.LanguageModel;
import org.catrl.lm.Pending;
import org.catrl.lm.Scorer.Continuation;
import org.catrl.lm.Scorer;
import org.catrl.text.AnswerFormat;

/**
 * The rollout at whose tokens the model was surest: highest mean divergence of the uniform distribution from the
 * model's over the whole vocabulary (arXiv 2502.18581).
 */
public final class SelfCertainty implements Aggregator {
    private final Scorer scorer;
    private final AnswerFormat format;

    /**
     * A choice of the rollout that the model is surest of.
     *
     * @param model  the model that is asked how sure it is; one that scores given texts, or it is an
     *               {@link IllegalArgumentException}
     * @param format how answers are read; a rollout without one is not chosen
     */
    public SelfCertainty(LanguageModel model, AnswerFormat format) {
        this.scorer = model.scorer().orElseThrow(() -> new IllegalArgumentException(
                "self_certainty wants the distributions of given texts; bind it to a local model"));
        this.format = format;
    }

    @Override
    public Pending<PseudoReference> estimate(SampledGroup group, int step) {
        return scorer.selfCertainty(Continuation.of(group)).map(certainties -> Selection.highest(group,
                certainties.stream().map(Selection::mean).toList(), "self_certainty", format));
    }
}
