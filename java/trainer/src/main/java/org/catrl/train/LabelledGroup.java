package org.catrl.train;

import org.catrl.generate.Group;

/** Rollouts and the gold answer they are held against: evaluation only. */
public record LabelledGroup(Group group, String gold) { }
