package org.catrl.model;

import org.catrl.compute.AdamWStep;
import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;

/** AdamW (Loshchilov and Hutter 2019) over a flat buffer: both moments, and how many steps were made. */
public final class AdamW implements AutoCloseable {
    private final Backend backend;
    private final Trainable trained;
    private final long decayedLength;
    private final Buffer first;
    private final Buffer second;
    private int steps;

    /** An optimizer of what learns of these weights; only the matrices decay. */
    public AdamW(Weights weights) {
        this(weights, weights.trainable().decayedLength());
    }

    /**
     * An optimizer with another extent of decay.
     *
     * @param decayedLength how many leading elements are decayed
     */
    AdamW(Weights weights, long decayedLength) {
        this.backend = weights.backend();
        this.trained = weights.trainable();
        this.decayedLength = decayedLength;
        first = backend.allocate(DType.F32, trained.flat().length(), "optimizer");
        second = backend.allocate(DType.F32, trained.flat().length(), "optimizer");
    }

    /**
     * Updates the weights and renews what is derived from them.
     *
     * @param gradientScale every gradient is multiplied by this first: 1, or the factor of global-norm clipping
     */
    public void step(Gradients gradients, double learningRate, double beta1, double beta2, double epsilon,
                     double weightDecay, double gradientScale) {
        steps++;
        backend.adamw(trained.flat(), gradients.flat(), first, second, trained.copy(),
                new AdamWStep(learningRate, beta1, beta2, epsilon, weightDecay, decayedLength, steps, gradientScale));
        trained.repack().run();
    }

    /** The steps made so far. */
    public int steps() {
        return steps;
    }

    @Override
    public void close() {
        first.close();
        second.close();
    }
}
