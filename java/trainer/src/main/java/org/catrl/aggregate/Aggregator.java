package org.catrl.aggregate;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.SampledGroup;
import org.catrl.flow.TaughtGroup;
import org.catrl.lm.Pending;

/** Reference estimation: a group in, its pseudo-reference out. */
@FunctionalInterface
public interface Aggregator {
    /**
     * The reference of one group, there once somebody wants it.
     *
     * @param group a prompt and its rollouts
     * @param step  part of the random key of whatever the aggregator draws
     */
    Pending<PseudoReference> estimate(SampledGroup group, int step);

    /**
     * All groups with their references, in order; what they ask of a model is asked together.
     *
     * @param groups the groups of one step
     * @param step   part of the random keys, as in {@link #estimate}
     */
    default List<TaughtGroup> teach(List<SampledGroup> groups, int step) {
        List<PseudoReference> references = Pending.all(groups.stream().map(group -> Objects.requireNonNull(
                estimate(group, step), () -> "no reference is pending for prompt " + group.prompt().id())).toList())
                .get();
        return IntStream.range(0, groups.size()).mapToObj(i -> new TaughtGroup(groups.get(i), Objects.requireNonNull(
                references.get(i), () -> "there is no reference for prompt " + groups.get(i).prompt().id()))).toList();
    }
}
