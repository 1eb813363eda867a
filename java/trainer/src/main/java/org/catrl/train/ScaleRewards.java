package org.catrl.train;

/** Whose standard deviation divides the centred rewards: that of the group, of the whole batch, or none. */
public enum ScaleRewards { GROUP, BATCH, NONE }
