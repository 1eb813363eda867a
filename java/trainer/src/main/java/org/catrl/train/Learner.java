package org.catrl.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.catrl.lm.ModelWeights;
import org.catrl.model.AdamW;
import org.catrl.model.Gradients;
import org.catrl.model.PackedBatch;
import org.catrl.model.TokenLoss;
import org.catrl.model.TrainingState;
import org.catrl.model.Transformer;
import org.catrl.model.Weights;

/**
 * One optimizer over one set of weights: {@link #begin}, any number of {@link #accumulate}, {@link #step}. However the
 * sequences are split over calls of accumulate, the step is the same to the bit.
 */
final class Learner implements AutoCloseable {
    /** What an optimizer step did: the global norm before clipping, and the rate. */
    record Step(double gradNorm, double learningRate) { }

    private final Transformer transformer;
    private final Gradients gradients;
    private final AdamW adamw;
    private final OptimizerConfig config;
    private final LearningRateSchedule schedule;
    private final Weights weights;
    private TrainingState state;
    /** The optimizer steps after which all was last seen to be finite. */
    private int finiteAfter = -1;

    /**
     * An optimizer whose moments are all zero.
     *
     * @param transformer over the same weights; not closed here
     */
    Learner(Weights weights, Transformer transformer, OptimizerConfig config, LearningRateSchedule schedule) {
        this.transformer = transformer;
        this.config = config;
        this.schedule = schedule;
        this.gradients = new Gradients(weights);
        this.adamw = new AdamW(weights);
        this.weights = weights;
    }

    void begin() {
        gradients.zero();
    }

    /**
     * The gradient of some sequences, added to what is there.
     *
     * @param loss the loss of the completion tokens, sequences in the given order
     */
    void accumulate(List<int[]> prompts, List<int[]> completions, double temperature, TokenLoss loss) {
        transformer.accumulate(PackedBatch.of(prompts, completions), temperature, gradients, loss);
    }

    /**
     * The optimizer step with the gradient gathered since {@link #begin}.
     *
     * @throws NotFiniteException before any weight is touched; or when the update left one that is not finite
     */
    Step step() {
        gradients.finish();
        double norm = gradients.norm();
        if (!Double.isFinite(norm)) {
            throw new NotFiniteException("the gradient's norm", norm, where());
        }
        double rate = schedule.at(adamw.steps());
        if (!Float.isFinite((float) rate)) {
            throw NotFiniteException.rate(rate, where(), weights.firstLearned());
        }
        adamw.step(gradients, rate, config.adamBeta1(), config.adamBeta2(), config.adamEpsilon(),
                config.weightDecay(), config.gradientScale(norm));
        requireFinite("after optimizer step " + adamw.steps());
        return new Step(norm, rate);
    }

    /**
     * A check of the weights and of both moments.
     *
     * @param when it is, for the message
     * @throws NotFiniteException naming the first tensor that is not finite
     */
    void requireFinite(String when) {
        adamw.firstNotFinite().ifPresent(place -> {
            throw NotFiniteException.spoilt(place, when);
        });
        finiteAfter = adamw.steps();
    }

    /** The check before the weights are saved. */
    void requireFit() {
        requireFinite("before it is saved, after " + adamw.steps() + " optimizer steps");
    }

    /** Takes the memory of snapshots, unless that is done. */
    void prepareSnapshots() {
        if (state == null) {
            state = new TrainingState(weights, adamw);
        }
    }

    /**
     * A copy of what has been learned. What the last step has seen to be finite is not looked through again.
     *
     * @param files     how the weights are written
     * @param numTokens the tokens learned from so far
     * @throws NotFiniteException when a weight or a moment is not finite
     */
    Snapshot snapshot(ModelWeights files, long numTokens) {
        if (finiteAfter != adamw.steps()) {
            requireFit();
        }
        prepareSnapshots();
        return new Snapshot(files, state, state.take(numTokens));
    }

    /**
     * Goes on from where a {@link Snapshot} was saved.
     *
     * @return the tokens learned from so far
     */
    long restore(ModelWeights files, Path folder) throws IOException {
        return adamw.restore(folder, files::restore);
    }

    /** The optimizer steps taken so far. */
    int steps() {
        return adamw.steps();
    }

    /** The place that messages name: "at optimizer step 7", counted from 1. */
    String where() {
        return "at optimizer step " + (adamw.steps() + 1);
    }

    @Override
    public void close() {
        if (state != null) {
            state.close(); // first: it waits for whoever still writes
        }
        gradients.close();
        adamw.close();
    }
}
