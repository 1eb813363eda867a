package org.catrl.flow;

/**
 * A group with what an aggregator believes its answer to be.
 *
 * @param group     the rollouts
 * @param reference what was made of them alone
 */
public record TaughtGroup(SampledGroup group, PseudoReference reference) {
    /** The group without its rollouts from {@code count} on; the reference stays what all of them made. */
    public TaughtGroup first(int count) {
        return new TaughtGroup(group.first(count), reference);
    }
}
