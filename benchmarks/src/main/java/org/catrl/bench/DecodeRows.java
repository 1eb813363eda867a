package org.catrl.bench;

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
record DecodeRows(int batch, int context, int shared, int group) {
    DecodeRows {
        if (shared % PagedRows.BLOCK != 0 || shared >= context) {
            throw new IllegalArgumentException("a shared prompt of " + shared + " positions in a context of " + context
                    + "; it must be a multiple of " + PagedRows.BLOCK + " below the context");
        }
    }

    static DecodeRows of(Sizes sizes) {
        return new DecodeRows(sizes.count("batch"), sizes.count("context"), sizes.count("shared"),
                sizes.count("group"));
    }

    private int groups() {
        return (batch + group - 1) / group;
    }

    /** Positions in the cache that some row sees. */
    long distinctPositions() {
        return (long) groups() * shared + (long) batch * (context - shared);
    }

    int blocksPerSequence() {
        return (context + PagedRows.BLOCK - 1) / PagedRows.BLOCK;
    }

    private int sharedBlocks() {
        return shared / PagedRows.BLOCK;
    }

    /** Cache blocks of all sequences. */
    int blocks() {
        return groups() * sharedBlocks() + batch * (blocksPerSequence() - sharedBlocks());
    }

    /** int[batch * blocksPerSequence]: the groups' prompts first, then each sequence's own blocks. */
    int[] blockTable() {
        int[] table = new int[batch * blocksPerSequence()];
        int own = groups() * sharedBlocks();
        for (int sequence = 0; sequence < batch; sequence++) {
            for (int i = 0; i < blocksPerSequence(); i++) {
                table[sequence * blocksPerSequence() + i] =
                        i < sharedBlocks() ? sequence / group * sharedBlocks() + i : own++;
            }
        }
        return table;
    }

    int[] positions() {
        int[] positions = new int[batch];
        Arrays.fill(positions, context - 1);
        return positions;
    }

    int[] sequenceOf() {
        int[] sequences = new int[batch];
        Arrays.setAll(sequences, i -> i);
        return sequences;
    }

    PagedRows place(DeviceData data) {
        return new PagedRows(batch, batch, blocksPerSequence(), data.of(positions()), data.of(sequenceOf()),
                data.of(blockTable()));
    }
}
