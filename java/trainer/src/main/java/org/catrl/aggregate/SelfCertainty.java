package org.catrl.aggregate;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.Rollout;
import org.catrl.flow.SampledGroup;
import org.catrl.lm.LanguageModel;
import org.catrl.lm.Scorer;
import org.catrl.text.AnswerFormat;

/**
 * The rollout at whose tokens the model was surest: highest mean divergence of the uniform distribution from the model's
 * over the whole vocabulary (arXiv 2502.18581).
 */
public final class SelfCertainty implements Aggregator {
    private final Scorer scorer;
    private final AnswerFormat format;

    /** @param model who is asked how sure it is; one that scores given texts */
    public SelfCertainty(LanguageModel model, AnswerFormat format) {
        this.scorer = model.scorer().orElseThrow(() -> new IllegalArgumentException(
                "self_certainty wants the distributions of given texts; bind it to a local model"));
        this.format = format;
    }

    @Override
    public List<PseudoReference> estimate(List<SampledGroup> groups, int step) {
        return groups.stream().map(group -> Selection.highest(group, scores(group), "self_certainty", format)).toList();
    }

    private List<OptionalDouble> scores(SampledGroup group) {
        return scorer.selfCertainty(group.prompt(), group.rollouts().stream().map(Rollout::completion).toList()).stream()
                .map(each -> IntStream.range(0, each.length).mapToDouble(i -> each[i]).average()).toList();
    }
}
