package org.catrl.train;

import org.catrl.compute.GrpoParameters.Sum;

/** Sums over the tokens and the optimizer steps of one update. */
final class UpdateTally {
    private final double[] sums = new double[Sum.values().length];
    private double entropy;
    private double gradNorm;
    private double learningRate;
    private int steps;
    private double firstError = Double.NaN;

    /** The op's sums so far. */
    double[] sums() {
        return sums.clone();
    }

    /** The sum of the entropies over tokens so far, in nats. */
    double entropy() {
        return entropy;
    }

    /** Both sums, continued over the tokens of one more micro-batch. */
    void set(double[] continued, double nats) {
        System.arraycopy(continued, 0, sums, 0, sums.length);
        entropy = nats;
    }

    /** Ends an optimizer step. Only before the first one are the weights still those that sampled. */
    void step(Learner.Step step) {
        if (steps == 0) {
            firstError = perToken(Sum.MULT_PROB_ERROR);
        }
        steps++;
        gradNorm += step.gradNorm();
        learningRate = step.learningRate();
    }

    private double perToken(Sum slot) {
        return sums[slot.ordinal()] / sums[Sum.TOKENS.ordinal()];
    }

    UpdateMetrics metrics(boolean withKl, long numTokens, double logProbSeconds, double updateSeconds) {
        return new UpdateMetrics(sums[Sum.LOSS.ordinal()] / steps, withKl ? perToken(Sum.KL) : Double.NaN,
                new UpdateMetrics.ClipRatio(perToken(Sum.CLIPPED_LOW), perToken(Sum.CLIPPED_HIGH)),
                entropy / sums[Sum.TOKENS.ordinal()],
                gradNorm / steps, learningRate, firstError, numTokens, logProbSeconds, updateSeconds);
    }
}
