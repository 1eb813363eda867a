package org.catrl.evaluate;

import org.catrl.generate.DrawKey;
import org.catrl.generate.SamplingSettings;

/**
 * How evaluation asks.
 *
 * @param samples  rollouts per problem, the G of the majority vote and of pass@G
 * @param sampling how they are drawn
 * @param batch    problems asked at once; changes no result
 */
public record EvaluationSettings(int samples, SamplingSettings sampling, int batch) {
    /** The step in the random keys of every evaluation: apart from the steps of training, which count from 0. */
    static final int STEP = DrawKey.OUTSIDE_STEPS;

    public EvaluationSettings {
        if (samples < 1 || batch < 1) {
            throw new IllegalArgumentException((samples < 1 ? "samples is " + samples : "batch is " + batch)
                    + "; it must be 1 or more");
        }
    }

    SamplingSettings greedy() {
        return new SamplingSettings(0, 0, 1, 0, sampling.repetitionPenalty(), sampling.maxCompletionLength(),
                sampling.stopTokens(), sampling.stopStrings());
    }
}
