package org.catrl.run;

import java.util.List;
import org.catrl.aggregate.Aggregator;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.SampledGroup;
import org.catrl.flow.TaughtGroup;
import org.catrl.lm.Pending;

/** A program's own aggregator, whose failures are told under its name. */
final class CustomAggregator implements Aggregator {
    private final String part;
    private final Aggregator own;

    CustomAggregator(String name, Aggregator own) {
        this.part = "the aggregator \"" + name + "\"";
        this.own = own;
    }

    @Override
    public Pending<PseudoReference> estimate(SampledGroup group, int step) {
        return CustomPartException.guard(part, step, () -> own.estimate(group, step));
    }

    @Override
    public List<TaughtGroup> teach(List<SampledGroup> groups, int step) {
        return CustomPartException.guard(part, step, () -> own.teach(groups, step));
    }
}
