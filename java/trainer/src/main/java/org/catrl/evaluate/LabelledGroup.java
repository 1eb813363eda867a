package org.catrl.evaluate;

import org.catrl.flow.SampledGroup;

/** Rollouts and the gold answer they are held against: evaluation only. */
public record LabelledGroup(SampledGroup group, String gold) { }
