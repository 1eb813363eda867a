package org.catrl.generate;

import java.util.Arrays;

/** The paged cache's books: which blocks are free, and how many hold each of the others. */
final class Blocks {
    private final int[] holders;
    private final int[] free;
    private int available;

    Blocks(int total) {
        holders = new int[total];
        free = new int[total];
        Arrays.setAll(free, i -> total - 1 - i);
        available = total;
    }

    int total() {
        return holders.length;
    }

    int available() {
        return available;
    }

    /** A free block, held once. The caller has reserved it, so there is one. */
    int take() {
        int block = free[--available];
        holders[block] = 1;
        return block;
    }

    /** One holder more. */
    void share(int block) {
        holders[block]++;
    }

    /** One holder less; the last one frees the block. */
    void release(int block) {
        if (--holders[block] == 0) {
            free[available++] = block;
        }
    }

    void release(int[] blocks) {
        for (int block : blocks) {
            release(block);
        }
    }
}
