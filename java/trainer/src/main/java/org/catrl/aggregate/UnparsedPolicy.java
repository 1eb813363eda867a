package org.catrl.aggregate;

/** What is done with a synthesis that holds no answer. */
public enum UnparsedPolicy {
    /** The group is left out of the update. */
    ABSTAIN,
    /** The majority's answer is taken instead. */
    MAJORITY,
    /** The anchor is asked again, the responses in another order; after the last attempt the group is left out. */
    RESAMPLE
}
