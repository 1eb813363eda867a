package org.catrl.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.catrl.compute.AdamWStep;
import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;
import org.catrl.compute.HostCopy;

/** AdamW (Loshchilov and Hutter 2019) over a flat buffer: both moments, and how many steps were made. */
public final class AdamW implements AutoCloseable {
    /** Above this a number may be infinite once it is rounded to BF16. */
    private static final double LARGEST_STORED = 3.3e38;
    private static final int CHUNK = 1 << 16;

    private final Backend backend;
    private final Trainable trained;
    private final long decayedLength;
    private final Buffer first;
    private final Buffer second;
    private final Buffer squares;
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
        squares = backend.allocate(DType.F64, 1, "optimizer");
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

    /**
     * The first place that holds NaN or an infinity, of the weights, their copy in the storage type and both moments:
     * "the weight model.norm.weight". One pass over each of them; the place itself is looked for only where there is
     * one.
     */
    public Optional<String> firstNotFinite() {
        double norm = norm(trained.flat());
        return notFinite("the weight ", norm, trained.flat())
                .or(() -> norm < LARGEST_STORED || trained.copy() == null ? Optional.empty() : roundedNotFinite())
                .or(() -> notFinite("the first moment of ", norm(first), first))
                .or(() -> notFinite("the second moment of ", norm(second), second));
    }

    private double norm(Buffer values) {
        backend.sumSquares(squares, values);
        return Math.sqrt(squares.doubles()[0]);
    }

    private Optional<String> notFinite(String what, double norm, Buffer values) {
        return Double.isFinite(norm) ? Optional.empty() : Optional.of(what + trained.slices().stream()
                .filter(slice -> !Double.isFinite(norm(values.slice(slice.offset(), slice.length()))))
                .map(Trainable.Slice::name).findFirst().orElse("(between two tensors)"));
    }

    private Optional<String> roundedNotFinite() {
        return trained.slices().stream().filter(slice -> !isFinite(trained.copy().slice(slice.offset(),
                slice.length()))).findFirst().map(slice -> "the stored weight " + slice.name());
    }

    private static boolean isFinite(Buffer stored) {
        float[] chunk = new float[(int) Math.min(CHUNK, stored.length())];
        for (long from = 0; from < stored.length(); from += chunk.length) {
            int count = (int) Math.min(chunk.length, stored.length() - from);
            stored.read(from, chunk, 0, count);
            for (int i = 0; i < count; i++) {
                if (!Float.isFinite(chunk[i])) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Copies both moments. */
    void copyTo(HostCopy firstCopy, HostCopy secondCopy) {
        firstCopy.take(first);
        secondCopy.take(second);
    }

    /**
     * Takes the moments and the number of steps of a folder that {@link TrainingState} has saved.
     *
     * @param weights reads the weights of that folder, once its moments are seen to fit
     * @return the tokens that had been learned from
     * @throws ModelFormatException naming the file and what is wrong with it
     */
    public long restore(Path folder, TrainingState.Files weights) throws IOException {
        try (OptimizerFile file = OptimizerFile.open(folder, trained.tensors(), Elements.of(first))) {
            int made = file.steps();
            long tokens = file.numTokens();
            weights.in(folder);
            file.read(first, second);
            steps = made;
            return tokens;
        }
    }

    /** How many elements learn: as many as each moment has. */
    public long length() {
        return first.length();
    }

    /** The steps made so far. */
    public int steps() {
        return steps;
    }

    @Override
    public void close() {
        first.close();
        second.close();
        squares.close();
    }
}
