package org.catrl.data;

import java.util.List;

/** Supervised examples: what a step learns is a pure function of the step. */
@FunctionalInterface
public interface Examples {
    /** The examples of a step, from 0; the same step always gives the same examples. */
    List<Example> batch(int step);
}
