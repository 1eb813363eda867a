package org.catrl.train;

import static org.catrl.setting.SettingException.require;

/**
 * How often an update passes over its rollouts, and in which pieces.
 *
 * @param numIterations    passes over the rollouts of one step
 * @param miniBatches      optimizer steps per pass; divides the prompts of a step
 * @param microBatchTokens most token rows (prompts included) of one forward and backward pass; 0 = no limit. A split
 *                         changes memory and speed, never a bit of the result
 */
public record UpdatePasses(int numIterations, int miniBatches, int microBatchTokens) {
    public UpdatePasses {
        require(numIterations >= 1, "num_iterations", numIterations, "1 or more");
        require(miniBatches >= 1, "mini_batches", miniBatches, "1 or more");
        require(microBatchTokens >= 0, "micro_batch_tokens", microBatchTokens, "0 (no limit) or more");
    }
}
