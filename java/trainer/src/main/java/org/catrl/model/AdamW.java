package org.catrl.model;

import org.catrl.compute.AdamWStep;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;

/** AdamW over a model's flat buffer: both moments, and how many steps were made. */
public final class AdamW implements AutoCloseable {
    private final Weights weights;
    private final long decayedLength;
    private final Buffer first;
    private final Buffer second;
    private int steps;

    /** Decays the matrices only. */
    public AdamW(Weights weights) {
        this(weights, weights.decayedLength());
    }

    /** @param decayedLength how many leading elements are decayed */
    AdamW(Weights weights, long decayedLength) {
        this.weights = weights;
        this.decayedLength = decayedLength;
        first = weights.backend().allocate(DType.F32, weights.length(), "optimizer");
        second = weights.backend().allocate(DType.F32, weights.length(), "optimizer");
    }

    /**
     * Updates the weights and renews what is derived from them.
     *
     * @param gradientScale every gradient is multiplied by this first: 1, or the factor of global-norm clipping
     */
    public void step(Gradients gradients, double learningRate, double beta1, double beta2, double epsilon,
                     double weightDecay, double gradientScale) {
        steps++;
        weights.backend().adamw(weights.flat(), gradients.flat(), first, second, weights.copyOfFlat(),
                new AdamWStep(learningRate, beta1, beta2, epsilon, weightDecay, decayedLength, steps, gradientScale));
        weights.repacked();
    }

    /** Steps made so far. */
    public int steps() {
        return steps;
    }

    @Override
    public void close() {
        first.close();
        second.close();
    }
}
