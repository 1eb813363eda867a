package org.catrl.reward;

import org.catrl.flow.TaughtGroup;
import org.catrl.lm.Pending;

/** A source of rubrics: a model that writes them, or what came with the data. */
@FunctionalInterface
public interface RubricSource {
    /** The group's rubric, there once somebody wants it; without criteria where there is none. */
    Pending<Rubric> rubric(TaughtGroup group, int step);
}
