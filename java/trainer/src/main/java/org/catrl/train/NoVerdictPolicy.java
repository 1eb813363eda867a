package org.catrl.train;

/** What happens to a rollout without a reward. It is never in its group's mean, and its advantage is always 0. */
public enum NoVerdictPolicy {
    /** Left out of the update: weight 0, not in the normaliser. */
    SKIP,
    /** Its tokens still count in the normaliser and in a KL term of the loss, as in TRL. */
    ZERO,
    /** The whole group is left out of the update. */
    SKIP_GROUP
}
