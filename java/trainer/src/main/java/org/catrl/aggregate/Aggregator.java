package org.catrl.aggregate;

import java.util.List;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.SampledGroup;

/** Reference estimation: groups in, one pseudo-reference per group out, in order. */
public interface Aggregator {
    /** @param step part of the random key of whatever the aggregator draws */
    List<PseudoReference> estimate(List<SampledGroup> groups, int step);
}
