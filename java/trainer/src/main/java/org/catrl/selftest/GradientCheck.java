package org.catrl.selftest;

import java.util.List;
import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;
import org.catrl.compute.HeadShape;
import org.catrl.compute.reference.ReferenceBackend;
import org.catrl.model.AttentionConfig;
import org.catrl.model.BoundaryTokens;
import org.catrl.model.Family;
import org.catrl.model.Gradients;
import org.catrl.model.ModelConfig;
import org.catrl.model.PackedBatch;
import org.catrl.model.Rope;
import org.catrl.model.Transformer;
import org.catrl.model.TransformerSettings;
import org.catrl.model.Weights;

/**
 * A check of the gradient of a whole small model: against the reference's, element by element, and, in F32, along
 * itself by differences of the loss.
 */
public final class GradientCheck {
    private static final ModelConfig MODEL = new ModelConfig(Family.QWEN3, 97, 64, 2, 96, 64,
            AttentionConfig.full(new HeadShape(4, 2, 32), Rope.of(10_000)), 1e-6, true, BoundaryTokens.NONE);
    private static final PackedBatch BATCH = PackedBatch.of(List.of(new int[] {1, 2, 3}, new int[] {4, 5}),
            List.of(new int[] {6, 7, 8, 9, 10, 11}, new int[] {12, 13, 14}));
    private static final double LENGTH = 1e-2;

    private GradientCheck() { }

    static SelfTestResult.Finding run(Backend backend, DType storage) {
        float[] expected = reference();
        float[] found = gradient(backend, storage);
        double worst = distance(expected, found) / (storage == DType.F32 ? 1e-4 : 4e-2);
        if (!(worst <= 1)) {
            throw new AssertionError("the gradient is " + distance(expected, found)
                    + " of its length away from the reference's");
        }
        double along = storage == DType.F32 ? alongItself(backend, found) / 2e-2 : 0;
        if (!(along <= 1)) {
            throw new AssertionError("the loss does not fall along the gradient as the gradient says: off by "
                    + along * 2e-2 + " of it");
        }
        return SelfTestResult.Finding.of(found.length, Math.max(worst, along), "");
    }

    private static float[] reference() {
        try (Backend backend = new ReferenceBackend()) {
            return gradient(backend, DType.F32);
        }
    }

    private static Weights weights(Backend backend, DType storage) {
        return Weights.random(backend, MODEL, 5, "check weights", storage);
    }

    private static float[] gradient(Backend backend, DType storage) {
        try (Weights weights = weights(backend, storage);
             Transformer transformer = new Transformer(weights, TransformerSettings.DEFAULT);
             Gradients gradients = new Gradients(weights)) {
            gradients.zero();
            transformer.accumulate(BATCH, 1, gradients, (dlogp, logp, entropy, n) -> backend.fill(dlogp, -1.0 / n));
            gradients.finish();
            return gradients.flat().floats();
        }
    }

    /** The distance |a - b| / |a|. */
    private static double distance(float[] a, float[] b) {
        double apart = 0;
        double length = 0;
        for (int i = 0; i < a.length; i++) {
            apart += Math.pow(a[i] - (double) b[i], 2);
            length += (double) a[i] * a[i];
        }
        return Math.sqrt(apart / length);
    }

    /** How far the slope of the loss along the gradient is from the gradient's length, as a share of it. */
    private static double alongItself(Backend backend, float[] gradient) {
        double squares = 0;
        for (float g : gradient) {
            squares += (double) g * g;
        }
        double norm = Math.sqrt(squares);
        double slope = (loss(backend, gradient, LENGTH / norm) - loss(backend, gradient, -LENGTH / norm))
                / (2 * LENGTH);
        return Math.abs(slope / norm - 1);
    }

    /** The mean of the negative log-probabilities, the weights moved by so much of a direction. */
    private static double loss(Backend backend, float[] direction, double scale) {
        try (Weights weights = weights(backend, DType.F32);
             Transformer transformer = new Transformer(weights, TransformerSettings.DEFAULT)) {
            Buffer flat = weights.flat();
            float[] values = flat.floats();
            for (int i = 0; i < values.length; i++) {
                values[i] += (float) (scale * direction[i]);
            }
            flat.put(values);
            weights.changed();
            float[] logProbs = new float[BATCH.completionTokens()];
            transformer.logProbs(BATCH, 1, logProbs, null);
            double sum = 0;
            for (float logProb : logProbs) {
                sum -= logProb;
            }
            return sum / logProbs.length;
        }
    }
}
