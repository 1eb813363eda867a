package org.catrl.reward;

import java.util.HashMap;
import java.util.Map;
import org.catrl.flow.TaughtGroup;
import org.catrl.lm.Pending;

/**
 * A source that asks another one once for each prompt and reference, and gives the same rubric from then on: for a
 * yardstick that must not move, and should not be paid for twice. One thread at a time.
 */
public final class RememberedRubrics implements RubricSource {
    private record Asked(int prompt, String reference) { }

    private final RubricSource source;
    private final Map<Asked, Pending<Rubric>> written = new HashMap<>();

    /** The memory of a source, empty at first. */
    public RememberedRubrics(RubricSource source) {
        this.source = source;
    }

    @Override
    public Pending<Rubric> rubric(TaughtGroup group, int step) {
        return written.computeIfAbsent(new Asked(group.group().prompt().id(), group.reference().text()),
                asked -> source.rubric(group, step));
    }
}
