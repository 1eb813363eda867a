package org.catrl.model;

/**
 * What rows drew without the host looking.
 *
 * @param rows     R, padding rows included
 * @param taken    int[R] or longer, tokens that each row drew
 * @param ids      int[most taken, R] or longer, the tokens
 * @param logProbs float[most taken, R] or longer, the log-probability of each
 */
public record Decoded(int rows, int[] taken, int[] ids, float[] logProbs) {
    /** The token that a row drew as its k-th, from 0. */
    public int id(int row, int k) {
        return ids[k * rows + row];
    }

    /** The log-probability of the token that a row drew as its k-th, from 0. */
    public float logProb(int row, int k) {
        return logProbs[k * rows + row];
    }
}
