package org.catrl.evaluate;

import java.util.Collections;
import java.util.Optional;
import java.util.function.IntFunction;
import org.catrl.aggregate.Aggregator;
import org.catrl.data.LabelledPrompt;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.SampledGroup;
import org.catrl.lm.Pending;

/**
 * The control experiment with true labels: every reference is the gold answer. The one place where training reads a
 * label; it is made only when a recipe asks for {@code aggregator: labels} by name.
 */
public final class GoldAggregator implements Aggregator {
    private final IntFunction<LabelledPrompt> labels;

    /**
     * An aggregator that reads labels.
     *
     * @param labels the labelled prompt of a prompt id
     */
    public GoldAggregator(IntFunction<LabelledPrompt> labels) {
        this.labels = labels;
    }

    @Override
    public Pending<PseudoReference> estimate(SampledGroup group, int step) {
        String gold = labels.apply(group.prompt().id()).gold();
        return Pending.of(new PseudoReference(gold, Optional.of(gold), "labels",
                Collections.nCopies(group.rollouts().size(), 0.0), 1, Optional.empty()));
    }
}
