package org.catrl.aggregate;

import org.catrl.flow.PseudoReference;
import org.catrl.flow.SampledGroup;
import org.catrl.lm.Pending;

/** One aggregator, and another for the groups that it abstains from: synthesis, else majority. */
public final class Fallback implements Aggregator {
    private final Aggregator first;
    private final Aggregator second;

    /**
     * An aggregator that never abstains alone.
     *
     * @param first  asked for every group
     * @param second asked for the groups that the first abstains from
     */
    public Fallback(Aggregator first, Aggregator second) {
        this.first = first;
        this.second = second;
    }

    @Override
    public Pending<PseudoReference> estimate(SampledGroup group, int step) {
        return first.estimate(group, step).flatMap(reference -> reference.abstained().isPresent()
                ? second.estimate(group, step) : Pending.of(reference));
    }
}
