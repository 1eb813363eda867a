package org.catrl.compute.check;

import java.util.Arrays;
import org.catrl.compute.PagedRows;

/**
 * One row of each of a batch's sequences, all at the last position of their context; the first positions of a group's
 * sequences are one prompt, in the same cache blocks.
 *
 * @param batch   sequences
 * @param context positions that a row sees, its own included
 * @param shared  of them the group's prompt: 0, or whole cache blocks
 * @param group   sequences with one prompt
 */
public record DecodeRows(int batch, int context, int shared, int group) {
    /**
     * Places in the cache, one after another.
     *
     * @param positions the position of each in its sequence
     * @param sequences the sequence of each
     */
    public record Places(int[] positions, int[] sequences) { }

    /** Rows whose prompt is whole blocks and shorter than the context; an IllegalArgumentException otherwise. */
    public DecodeRows {
        if (shared % PagedRows.BLOCK != 0 || shared >= context) {
            throw new IllegalArgumentException("a shared prompt of " + shared + " positions in a context of " + context
                    + "; it must be a multiple of " + PagedRows.BLOCK + " below the context");
        }
    }

    private int groups() {
        return (batch + group - 1) / group;
    }

    /** Positions in the cache that some row sees. */
    public long distinctPositions() {
        return (long) groups() * shared + (long) batch * (context - shared);
    }

    /** The width of the block table. */
    public int blocksPerSequence() {
        return (context + PagedRows.BLOCK - 1) / PagedRows.BLOCK;
    }

    private int sharedBlocks() {
        return shared / PagedRows.BLOCK;
    }

    /** Cache blocks of all sequences. */
    public int blocks() {
        return groups() * sharedBlocks() + batch * (blocksPerSequence() - sharedBlocks());
    }

    /** int[batch * blocksPerSequence]: the groups' prompts first, then what each sequence has alone. */
    public int[] blockTable() {
        int[] table = new int[batch * blocksPerSequence()];
        int unshared = groups() * sharedBlocks();
        for (int sequence = 0; sequence < batch; sequence++) {
            for (int i = 0; i < blocksPerSequence(); i++) {
                table[sequence * blocksPerSequence() + i] =
                        i < sharedBlocks() ? sequence / group * sharedBlocks() + i : unshared++;
            }
        }
        return table;
    }

    /** The positions of the rows: the last of each context. */
    public int[] positions() {
        int[] positions = new int[batch];
        Arrays.fill(positions, context - 1);
        return positions;
    }

    /** The sequences of the rows. */
    public int[] sequenceOf() {
        int[] sequences = new int[batch];
        Arrays.setAll(sequences, i -> i);
        return sequences;
    }

    /** The distinct positions before an end, a group's prompt with its first sequence. */
    public Places distinct(int end) {
        int[] positions = new int[Math.toIntExact(distinctPositions())];
        int[] sequences = new int[positions.length];
        int count = 0;
        for (int sequence = 0; sequence < batch; sequence++) {
            int first = sequence % group == 0 ? 0 : shared;
            for (int position = first; position < end; position++, count++) {
                positions[count] = position;
                sequences[count] = sequence;
            }
        }
        return new Places(Arrays.copyOf(positions, count), Arrays.copyOf(sequences, count));
    }

    /** The rows for a backend, their tables made in the arena. */
    public PagedRows place(Arena a) {
        return new PagedRows(batch, batch, blocksPerSequence(), a.of(positions()), a.of(sequenceOf()),
                a.of(blockTable()));
    }

    @Override
    public String toString() {
        return batch + " rows over " + context + (shared > 0 ? ", " + shared + " shared by " + group : "");
    }
}
