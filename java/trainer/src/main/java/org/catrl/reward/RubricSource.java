package org.catrl.reward;

import java.util.List;
import org.catrl.aggregate.PseudoReference;
import org.catrl.generate.Group;

/** Where the rubric of each group comes from. */
@FunctionalInterface
public interface RubricSource {
    /** One per group, in order; without criteria where there is none. */
    List<Rubric> of(List<Group> groups, List<PseudoReference> references, int step);
}
