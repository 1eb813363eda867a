package org.catrl.generate;

/**
 * One sampled continuation of a prompt.
 *
 * @param ids      the tokens drawn, a stop token included
 * @param logProbs those of each token under the temperature-scaled distribution it was drawn from (before truncation)
 * @param finish   why it ended
 */
public record Completion(int[] ids, float[] logProbs, Finish finish) { }
