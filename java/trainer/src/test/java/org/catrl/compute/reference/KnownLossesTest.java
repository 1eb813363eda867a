package org.catrl.compute.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.catrl.compute.Buffer;
import org.catrl.compute.DType;
import org.catrl.compute.GrpoParameters;
import org.catrl.compute.KlEstimator;
import org.catrl.compute.PolicyTokens;
import org.junit.jupiter.api.Test;

/** Policy losses worked out by hand, three tokens of one sequence. */
class KnownLossesTest {
    private static final float[] NEW = {-1.69315f, -1, -0.59453f};
    private static final float[] OLD = {-1, -1, -1};
    private static final float[] ADVANTAGE = {1, -1, 2};
    private static final double NONE = Double.POSITIVE_INFINITY;

    @Test
    void clippedSurrogatePerToken() {
        check(new double[] {-0.5, 1, -2.4}, NEW, OLD, ADVANTAGE, parameters(false, false, NONE, 0, KlEstimator.K3));
    }

    @Test
    void sequenceLevelRatio() {
        check(new double[] {-0.908561, 0.908561, -1.817122}, NEW, OLD, ADVANTAGE,
                parameters(false, true, NONE, 0, KlEstimator.K3));
    }

    @Test
    void cispo() {
        check(new double[] {1.35452, -1, 1.42687}, NEW, OLD, ADVANTAGE,
                parameters(true, false, NONE, 0, KlEstimator.K3));
    }

    @Test
    void dualClip() {
        check(new double[] {-0.5, 1, 12}, new float[] {-1.69315f, -1, -0.69741f}, new float[] {-1, -1, -3},
                new float[] {1, -1, -4}, parameters(false, false, 3, 0, KlEstimator.K3));
    }

    @Test
    void klEstimators() {
        float[] current = {-1, -1, -1};
        float[] none = {0, 0, 0};
        float[] reference = {0, -15, -30};
        check(new double[] {-1, 14, 29}, current, current, none, reference,
                parameters(false, false, NONE, 1, KlEstimator.K1));
        check(new double[] {0.5, 98, 420.5}, current, current, none, reference,
                parameters(false, false, NONE, 1, KlEstimator.K2));
        check(new double[] {0.718282, 13.000001, 28}, current, current, none, reference,
                parameters(false, false, NONE, 1, KlEstimator.K3));
    }

    private static GrpoParameters parameters(boolean cispo, boolean sequence, double delta, double beta,
                                             KlEstimator kl) {
        return new GrpoParameters(cispo, sequence, 0.8, 1.2, delta, beta, kl);
    }

    private static void check(double[] expected, float[] logp, float[] old, float[] advantage, GrpoParameters p) {
        check(expected, logp, old, advantage, logp, p);
    }

    /** The losses are as expected, and the derivative is that of the weighted sum by central differences. */
    private static void check(double[] expected, float[] logp, float[] old, float[] advantage, float[] reference,
                              GrpoParameters p) {
        double[] policy = {logp[0], logp[1], logp[2]};
        double[][] result = run(policy, old, advantage, reference, p);
        assertArrayEquals(expected, result[0], 3e-5);
        double h = 1e-6;
        for (int i = 0; i < 3 && !p.cispo(); i++) {
            double[] up = policy.clone();
            double[] down = policy.clone();
            up[i] += h;
            down[i] -= h;
            double slope = (sum(run(up, old, advantage, reference, p)[0])
                    - sum(run(down, old, advantage, reference, p)[0])) / (2 * h) / 3;
            assertEquals(slope, result[1][i], 1e-6, "derivative of token " + i);
        }
    }

    private static double sum(double[] values) {
        return values[0] + values[1] + values[2];
    }

    /** Losses and derivatives at full precision, every token weighing 1/3. */
    private static double[][] run(double[] logp, float[] old, float[] advantage, float[] reference,
                                  GrpoParameters p) {
        try (ReferenceBackend backend = new ReferenceBackend()) {
            ReferenceBuffer now = floats(backend, new float[3]);
            for (int i = 0; i < 3; i++) {
                now.set(i, logp[i]);
            }
            ReferenceBuffer dlogp = floats(backend, new float[3]);
            ReferenceBuffer loss = floats(backend, new float[3]);
            Buffer sums = backend.allocate(DType.F64, GrpoParameters.Sum.values().length, "test");
            ReferenceBuffer weight = floats(backend, new float[3]);
            backend.fill(weight, 1.0 / 3);
            PolicyTokens tokens = new PolicyTokens(3, 1, now, floats(backend, old), floats(backend, reference),
                    floats(backend, advantage), weight, backend.allocate(DType.I32, 2, "test").put(0, 3));
            backend.grpo(dlogp, loss, sums, tokens, p);
            return new double[][] {{loss.get(0), loss.get(1), loss.get(2)},
                {dlogp.get(0), dlogp.get(1), dlogp.get(2)}};
        }
    }

    private static ReferenceBuffer floats(ReferenceBackend backend, float[] values) {
        return (ReferenceBuffer) backend.allocate(DType.F32, values.length, "test").put(values);
    }
}
