package org.catrl.train;

/** Where the KL term against the frozen initial weights acts; only one place at a time. */
public enum KlPlacement {
    /** Nowhere; beta must be 0. */
    NONE,
    /** Subtracted from a rollout's reward, summed over its tokens, before the advantages are made. */
    REWARD,
    /** Added to every token's loss. */
    LOSS
}
