package org.catrl.lm;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.catrl.generate.DrawKey;

/**
 * The time that one step has waited for an endpoint. A step's questions come in batches; a batch begins a new step when
 * its step number is another one, or when none of its prompts was asked about before, as in an evaluation, whose
 * batches all have the same number.
 */
final class StepTime {
    private final long longest;
    private final Set<Integer> prompts = new HashSet<>();
    private int step = Integer.MIN_VALUE;
    private long waited;

    /**
     * No step yet.
     *
     * @param longest nanoseconds that a step may wait
     */
    StepTime(long longest) {
        this.longest = longest;
    }

    /** Whether a batch begins a new step; the batch counts as asked. */
    boolean begins(List<DrawKey> batch) {
        boolean same = batch.stream().anyMatch(key -> key.step() == step && prompts.contains(key.prompt()));
        if (!same) {
            prompts.clear();
            waited = 0;
            step = batch.get(0).step();
        }
        batch.forEach(key -> prompts.add(key.prompt()));
        return !same;
    }

    /** Nanoseconds that the step may still wait. */
    long left() {
        return longest - waited;
    }

    /** Adds what was waited. */
    void waited(long nanoseconds) {
        waited += nanoseconds;
    }
}
