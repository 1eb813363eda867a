package org.catrl.evaluate;

import org.catrl.flow.SampledGroup;

/**
 * Rollouts and the gold answer they are held against: evaluation only.
 *
 * @param group the prompt and its rollouts
 * @param gold  the right answer
 */
public record LabelledGroup(SampledGroup group, String gold) { }
