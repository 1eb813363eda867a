package org.catrl.train;

import org.catrl.flow.SampledGroup;

/**
 * How much better than the others each rollout of a group did.
 *
 * @param group  the rollouts
 * @param values one per rollout; 0 where it has no verdict
 * @param used   one per rollout: false = left out of the update
 */
public record GroupAdvantages(SampledGroup group, double[] values, boolean[] used) { }
