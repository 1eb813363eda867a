package org.catrl.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Normalisers worked out by hand: the weighted sum of token losses is the loss. */
class TokenWeightsTest {
    private static final double[][] UNEQUAL = {{1, 2}, {3, 4, 5}, {7}};
    private static final double[][] ROWS = {{1, 1}, {2, 2, 2, 2}};

    @Test
    void tokenMeanAndMeanOfSequenceMeans() {
        assertEquals(3.66667, loss(LossType.DAPO, UNEQUAL, 3), 1e-5);
        assertEquals(3.66667, loss(LossType.BNPO, UNEQUAL, 3), 1e-5);
        assertEquals(3.66667, loss(LossType.CISPO, UNEQUAL, 3), 1e-5);
        assertEquals(4.16667, loss(LossType.GRPO, UNEQUAL, 3), 1e-5);
        assertEquals(1.5, loss(LossType.GRPO, ROWS, 8), 1e-12);
        assertEquals(1.66667, loss(LossType.DAPO, ROWS, 8), 1e-5);
        assertEquals(0.625, loss(LossType.DR_GRPO, ROWS, 8), 1e-12);
    }

    /** Accumulating [1, 2] and then [3, 4, 5, 6, 7] must weigh all tokens alike: 4.0, never the mean of means 3.25. */
    @Test
    void microBatchesAddUpToTheTokenMean() {
        double[] weights = weights(LossType.DAPO, 8, 2, 5);
        double first = weights[0] * (1 + 2);
        double second = weights[1] * (3 + 4 + 5 + 6 + 7);
        assertEquals(4.0, first + second, 1e-12);
    }

    /** A loss other than 0 is right: advantages cancel over rollouts, not over tokens. */
    @Test
    void firstOnPolicyStep() {
        double[][] losses = {{-1, -1}, {1, 1, 1, 1}};
        assertEquals(0, loss(LossType.GRPO, losses, 8), 1e-12);
        assertEquals(0.33333, loss(LossType.DAPO, losses, 8), 1e-5);
        assertEquals(0.125, loss(LossType.DR_GRPO, losses, 8), 1e-12);
    }

    @Test
    void aMaskedRolloutStillCountsAndOneLeftOutDoesNot() {
        boolean[] all = {true, true, true};
        boolean[] none = {false, false, false};
        boolean[] second = {false, true, false};
        boolean[] butSecond = {true, false, true};
        int[] lengths = {2, 3, 1};
        assertArrayEquals(new double[] {1.0 / 6, 0, 1.0 / 3},
                TokenWeights.of(LossType.GRPO, lengths, all, second, 3), 1e-12);
        assertArrayEquals(new double[] {1.0 / 4, 0, 1.0 / 2},
                TokenWeights.of(LossType.GRPO, lengths, butSecond, none, 3), 1e-12);
        assertArrayEquals(new double[] {1.0 / 3, 0, 1.0 / 3},
                TokenWeights.of(LossType.DAPO, lengths, all, second, 3), 1e-12);
        assertArrayEquals(new double[] {1.0 / 9, 0, 1.0 / 9},
                TokenWeights.of(LossType.DR_GRPO, lengths, all, second, 3), 1e-12);
        assertArrayEquals(new double[] {1.0 / 6, 0, 1.0 / 6},
                TokenWeights.of(LossType.DR_GRPO, lengths, butSecond, none, 3), 1e-12);
        assertArrayEquals(new double[3], TokenWeights.of(LossType.GRPO, lengths, none, none, 3), 0);
    }

    private static double loss(LossType type, double[][] losses, int maxLength) {
        int[] lengths = new int[losses.length];
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = losses[i].length;
        }
        double[] weights = weights(type, maxLength, lengths);
        double sum = 0;
        for (int i = 0; i < losses.length; i++) {
            for (double loss : losses[i]) {
                sum += weights[i] * loss;
            }
        }
        return sum;
    }

    private static double[] weights(LossType type, int maxLength, int... lengths) {
        boolean[] used = new boolean[lengths.length];
        Arrays.fill(used, true);
        return TokenWeights.of(type, lengths, used, new boolean[lengths.length], maxLength);
    }
}
