package org.catrl.model;

/**
 * One pass of a {@link Runner}, in host arrays: packed token rows of any number of sequences (chunks of prompts and
 * single decode rows mixed), and the draws wanted from some of them.
 *
 * @param ids        int[N], token ids
 * @param positions  int[N], position of each row in its sequence
 * @param sequenceOf int[N], row of the block table; rows of one sequence are consecutive, in order
 * @param table      cache blocks of each sequence
 * @param drawRow    int[R], the row each draw reads; several draws may read one row (a group's shared prompt)
 * @param settings   float[R * 5], see {@link org.catrl.compute.SampleBatch}
 * @param counters   int[R * 4], Philox counter of each draw
 * @param seed       the Philox key
 * @param seen       per draw the distinct ids its repetition penalty applies to; null when no draw has one
 */
public record RowBatch(int[] ids, int[] positions, int[] sequenceOf, BlockTable table, int[] drawRow,
                       float[] settings, int[] counters, long seed, int[][] seen) {
    /** How many token rows the pass has: N. */
    public int rows() {
        return ids.length;
    }

    /** How many draws are wanted: R. */
    public int draws() {
        return drawRow.length;
    }
}
