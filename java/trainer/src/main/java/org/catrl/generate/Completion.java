package org.catrl.generate;

/**
 * One sampled continuation of a prompt.
 *
 * @param ids      the tokens drawn, a stop token included: one at least, unless they are {@link #untold}
 * @param logProbs those of each token under the temperature-scaled distribution it was drawn from (before truncation)
 * @param finish   why it ended
 */
public record Completion(int[] ids, float[] logProbs, Finish finish) {
    /** A completion whose tokens nobody tells. */
    public static Completion untold(Finish finish) {
        return new Completion(new int[0], new float[0], finish);
    }
}
