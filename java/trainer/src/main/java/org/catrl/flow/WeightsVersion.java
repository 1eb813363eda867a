package org.catrl.flow;

/**
 * The weights of a policy that drew a group, told by their age.
 *
 * @param updates optimizer steps that they had taken since the policy was opened; 0 = the initial weights
 */
public record WeightsVersion(int updates) {
    /** The weights as they were loaded. */
    public static final WeightsVersion INITIAL = new WeightsVersion(0);

    public WeightsVersion {
        if (updates < 0) {
            throw new IllegalArgumentException("updates is " + updates + "; it must be 0 or more");
        }
    }
}
