package org.catrl.evaluate;

import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.catrl.aggregate.Aggregator;
import org.catrl.data.LabelledPrompt;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.SampledGroup;

/**
 * The control experiment with true labels: every reference is the gold answer. The one place where training reads a
 * label; it is made only when a recipe asks for {@code aggregator: labels} by name.
 */
public final class GoldAggregator implements Aggregator {
    private final IntFunction<LabelledPrompt> labels;

    /** @param labels evaluation's labelled prompt by prompt id */
    public GoldAggregator(IntFunction<LabelledPrompt> labels) {
        this.labels = labels;
    }

    @Override
    public List<PseudoReference> estimate(List<SampledGroup> groups, int step) {
        return groups.stream().map(this::reference).toList();
    }

    private PseudoReference reference(SampledGroup group) {
        String gold = labels.apply(group.prompt().id()).gold();
        List<Double> none = group.rollouts().stream().map(rollout -> 0.0).toList();
        return new PseudoReference(gold, Optional.of(gold), "labels", none, 1, Optional.empty());
    }
}
