package org.catrl.train;

import org.catrl.compute.GrpoParameters.Sum;

/** Sums over the tokens and the optimizer steps of one update. */
final class UpdateTally {
    private final double[] sums = new double[Sum.values().length];
    private double entropy;
    private long entropyTokens;
    private double gradNorm;
    private double learningRate;
    private int steps;
    private double firstError = Double.NaN;

    /** One micro-batch: the op's sums, and the sum of the entropies of its tokens. */
    void add(double[] more, double nats, int tokens) {
        for (int slot = 0; slot < sums.length; slot++) {
            sums[slot] += more[slot];
        }
        entropy += nats;
        entropyTokens += tokens;
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
                perToken(Sum.CLIPPED_LOW), perToken(Sum.CLIPPED_HIGH), entropy / entropyTokens, gradNorm / steps,
                learningRate, firstError, numTokens, logProbSeconds, updateSeconds);
    }
}
