package org.catrl.compute.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;

/** Central differences of sum(dout * out) with respect to the elements of an input, at double precision. */
final class Differences {
    private static final double STEP = 1e-5;

    private final ReferenceBackend backend = new ReferenceBackend();
    private final Random random;

    Differences(long seed) {
        random = new Random(seed);
    }

    ReferenceBackend backend() {
        return backend;
    }

    /** Normal numbers of full double precision. */
    ReferenceBuffer values(long count) {
        ReferenceBuffer buffer = zeros(count);
        for (long i = 0; i < count; i++) {
            buffer.set(i, random.nextGaussian());
        }
        return buffer;
    }

    ReferenceBuffer zeros(long count) {
        return (ReferenceBuffer) backend.allocate(DType.F32, count, "test");
    }

    Buffer ints(int... values) {
        return backend.allocate(DType.I32, values.length, "test").put(values);
    }

    ReferenceBuffer copy(ReferenceBuffer from) {
        ReferenceBuffer copy = zeros(from.length());
        backend.copy(copy, from);
        return copy;
    }

    /**
     * gradient is the derivative of sum(dout * out) after forward, for every element of the input.
     *
     * @param added what the gradient held before the backward op added to it
     */
    void check(String name, ReferenceBuffer gradient, double added, ReferenceBuffer input, ReferenceBuffer dout,
               ReferenceBuffer out, Runnable forward) {
        for (long i = 0; i < input.length(); i++) {
            double value = input.get(i);
            input.set(i, value + STEP);
            double up = weighted(dout, out, forward);
            input.set(i, value - STEP);
            double down = weighted(dout, out, forward);
            input.set(i, value);
            double slope = (up - down) / (2 * STEP);
            assertEquals(slope, gradient.get(i) - added, 1e-7 * (1 + Math.abs(slope)), name + ", element " + i);
        }
        forward.run();
    }

    private static double weighted(ReferenceBuffer dout, ReferenceBuffer out, Runnable forward) {
        forward.run();
        double sum = 0;
        for (long i = 0; i < out.length(); i++) {
            sum += dout.get(i) * out.get(i);
        }
        return sum;
    }
}
