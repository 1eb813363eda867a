package org.catrl.generate;

import java.util.Arrays;

/** The paged cache's books: which blocks are free, and how many hold each of the others. */
final class Blocks {
    private final int[] holders;
    private final int[] free;
    private int available;

    /** Books of that many blocks, all of them free. */
    Blocks(int total) {
        holders = new int[total];
        free = new int[total];
        Arrays.setAll(free, i -> total - 1 - i);
        available = total;
    }

    /** How many blocks there are. */
    int total() {
        return holders.length;
    }

    /** How many blocks are free. */
    int available() {
        return available;
    }

    /** Takes a free block, held once from now on. The caller has reserved it, so there is one. */
    int take() {
        int block = free[--available];
        holders[block] = 1;
        return block;
    }

    /** Adds a holder of a block. */
    void share(int block) {
        holders[block]++;
    }

    /** Takes a holder off a block; the last one frees it. */
    void release(int block) {
        if (--holders[block] == 0) {
            free[available++] = block;
        }
    }

    /** Takes a holder off each of the blocks. */
    void release(int[] blocks) {
        for (int block : blocks) {
            release(block);
        }
    }
}
