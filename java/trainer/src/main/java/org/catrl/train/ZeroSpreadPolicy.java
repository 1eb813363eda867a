package org.catrl.train;

/** What happens to a group whose task rewards (before any KL penalty) are all equal. Such groups are always counted. */
public enum ZeroSpreadPolicy {
    /** Nothing special, as in TRL: advantages 0, or those of the KL penalty where it stands in the reward. */
    KEEP,
    /** Advantages 0 even with a KL penalty in the reward; the tokens still count in the normaliser. */
    ZERO,
    /** Left out of the update: weight 0, not in the normaliser. */
    SKIP
}
