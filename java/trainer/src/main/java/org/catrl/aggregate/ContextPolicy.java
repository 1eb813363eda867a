package org.catrl.aggregate;

/** What is done when the rollouts of a group do not fit the anchor's context together. */
public enum ContextPolicy {
    /** Every response is cut to its last part, as long as fits: answers stand at the end. */
    KEEP_TAILS,
    /** Every response is cut to its answer; those without one are left out. */
    ANSWERS_ONLY,
    /** Subsets that fit are synthesised, then their syntheses. */
    TREE,
    /** The group is left out of the update. */
    ABSTAIN
}
