package org.catrl.data;

import java.util.List;

/** Unlabelled training prompts in a seeded order: what a step sees is a pure function of the step. */
@FunctionalInterface
public interface Prompts {
    /** The {@code count} prompts of a step, from 0; the same step always gives the same prompts. */
    List<Prompt> batch(int step, int count);
}
