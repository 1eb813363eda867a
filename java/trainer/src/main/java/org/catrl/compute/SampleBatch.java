package org.catrl.compute;

/**
 * What {@link Backend#sample} draws, one row per token wanted.
 *
 * @param count    R, rows
 * @param vocab    V
 * @param settings F32[R, 5]: temperature (0 = greedy), top_k (0 = off), top_p (1 = off), min_p (0 = off),
 *                 repetition_penalty (1 = off)
 * @param counters I32[R, 4]: the Philox counter of the row's draw
 * @param seed     the Philox key
 * @param seenFrom I32[R + 1]: row r has seen the ids seen[seenFrom[r] .. seenFrom[r + 1]); null when no row has a
 *                 repetition penalty
 * @param seen     I32: distinct ids per row, for the repetition penalty; null likewise
 */
public record SampleBatch(int count, int vocab, Buffer settings, Buffer counters, long seed,
                          Buffer seenFrom, Buffer seen) {
    /** Floats per row of {@link #settings}. */
    public static final int SETTINGS = 5;
}
