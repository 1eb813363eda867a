package org.catrl.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.catrl.compute.AdamWStep;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Three steps of torch's AdamW in float64: rate 0.1, betas 0.9 and 0.95, decay 0.1. */
class AdamWTraceTest {
    private static final float[][] GRADIENTS = {{0.1f, -0.2f, 0, 1}, {0.3f, 0.2f, -0.1f, 0}, {-0.5f, 0.4f, 0.2f, -1}};
    private static final float[][] WEIGHTS = {
        {0.890000009999999f, -1.8800000049999996f, 0.495f, -0.09999999900000002f},
        {0.7902307999496953f, -1.8664631625815786f, 0.5635459899672064f, -0.16686477271877886f},
        {0.798148963384263f, -1.9016402720626608f, 0.5270975581312681f, -0.15661123373125257f}};

    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void torch(String name) {
        check(name, 1);
    }

    /** What clipping does: gradients four times as large, scaled down by four. */
    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void theGradientIsScaledFirst(String name) {
        check(name, 4);
    }

    private static void check(String name, float larger) {
        try (Backend backend = Backends.open(name, 1).backend()) {
            Buffer weight = backend.allocate(DType.F32, 4, "test").put(1f, -2f, 0.5f, 0f);
            Buffer gradient = backend.allocate(DType.F32, 4, "test");
            Buffer first = backend.allocate(DType.F32, 4, "test");
            Buffer second = backend.allocate(DType.F32, 4, "test");
            for (int step = 0; step < GRADIENTS.length; step++) {
                float[] scaled = GRADIENTS[step].clone();
                for (int i = 0; i < scaled.length; i++) {
                    scaled[i] *= larger;
                }
                backend.adamw(weight, gradient.put(scaled), first, second, null,
                        new AdamWStep(0.1, 0.9, 0.95, 1e-8, 0.1, 4, step + 1, 1.0 / larger));
                assertArrayEquals(WEIGHTS[step], weight.floats(), 1e-6f, "step " + (step + 1));
            }
        }
    }
}
