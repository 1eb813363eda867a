package org.catrl.reward;

import java.util.List;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.SampledGroup;

/** Where the rubric of each group comes from. */
@FunctionalInterface
public interface RubricSource {
    /** One per group, in order; without criteria where there is none. */
    List<Rubric> of(List<SampledGroup> groups, List<PseudoReference> references, int step);
}
