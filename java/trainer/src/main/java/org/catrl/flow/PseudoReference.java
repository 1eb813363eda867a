package org.catrl.flow;

import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * What an aggregator believes the answer to be, made from a group alone.
 *
 * @param text       the reference's text; empty when abstained
 * @param answer     its final answer, when it holds one
 * @param source     which aggregator made it, e.g. "synthesis" or "majority"
 * @param weights    per rollout, how much it spoke for this reference; sums to 1, or all 0
 * @param confidence in [0, 1]; 1 where the aggregator has no measure
 * @param abstained  why there is no reference, when there is none: the group is then left out of the update
 */
public record PseudoReference(String text, Optional<String> answer, String source, List<Double> weights,
                              double confidence, Optional<String> abstained) {
    /** No reference for a group of so many rollouts, and why. */
    public static PseudoReference abstain(String source, int rollouts, String why) {
        return new PseudoReference("", Optional.empty(), source, Collections.nCopies(rollouts, 0.0), 0,
                Optional.of(why));
    }
}
