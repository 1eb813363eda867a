package org.catrl.train;

/**
 * What one token of each completion weighs in the loss of its mini-batch, so that the weighted sum of the token losses
 * is the loss. Because the weights look at the whole mini-batch, summing it up in micro-batches is exact.
 */
final class TokenWeights {
    private TokenWeights() { }

    /**
     * The weights of a mini-batch.
     *
     * @param type      how token losses become one number
     * @param lengths   completion tokens of each rollout
     * @param used      false: the rollout is left out altogether
     * @param masked    true: its tokens weigh nothing, but it counts among the rollouts
     * @param maxLength max_completion_length, which DR_GRPO divides by
     * @return per rollout, the weight of each of its tokens
     */
    static double[] of(LossType type, int[] lengths, boolean[] used, boolean[] masked, int maxLength) {
        long tokens = 0;
        int rollouts = 0;
        for (int i = 0; i < lengths.length; i++) {
            rollouts += used[i] ? 1 : 0;
            tokens += used[i] && !masked[i] ? lengths[i] : 0;
        }
        double[] weights = new double[lengths.length];
        for (int i = 0; i < lengths.length; i++) {
            if (used[i] && !masked[i]) {
                weights[i] = switch (type) {
                    case GRPO -> 1.0 / ((double) rollouts * lengths[i]);
                    case DAPO, BNPO, CISPO -> 1.0 / tokens;
                    case DR_GRPO -> 1.0 / ((double) rollouts * maxLength);
                };
            }
        }
        return weights;
    }
}
