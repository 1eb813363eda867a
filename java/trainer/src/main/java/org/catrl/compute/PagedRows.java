package org.catrl.compute;

/**
 * Which token rows one pass works on, and where their keys and values live. Rows of unequal sequences are packed
 * one after another, with no padding; rows of one sequence that a pass holds are consecutive and in order.
 *
 * @param count             N, packed rows
 * @param sequences         S, rows of the block table; each sequence has at least one of the N rows
 * @param blocksPerSequence width of the block table
 * @param positions         I32[N], position of the row in its sequence, from 0
 * @param sequenceOf        I32[N], which row of the block table the token belongs to
 * @param blockTable        I32[S, blocksPerSequence], cache block holding positions
 *                          [i * {@value #BLOCK}, (i + 1) * {@value #BLOCK}) of a sequence
 */
public record PagedRows(int count, int sequences, int blocksPerSequence,
                   Buffer positions, Buffer sequenceOf, Buffer blockTable) {
    /** Token positions per cache block: the fixed tile in which attention walks its keys. */
    public static final int BLOCK = 16;
}
