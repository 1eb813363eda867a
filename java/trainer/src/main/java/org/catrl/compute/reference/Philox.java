package org.catrl.compute.reference;

/**
 * Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011): a counter in, four random
 * words out, with no state between draws.
 */
public final class Philox {
    private static final long M0 = 0xD2511F53L;
    private static final long M1 = 0xCD9E8D57L;
    private static final int W0 = 0x9E3779B9;
    private static final int W1 = 0xBB67AE85;
    private static final long WORD = 0xFFFFFFFFL;

    private Philox() { }

    /** The four words of the block at this counter, under the key (low word first). */
    public static int[] block(int c0, int c1, int c2, int c3, long key) {
        int k0 = (int) key;
        int k1 = (int) (key >>> 32);
        for (int round = 0; round < 10; round++) {
            long p0 = M0 * (c0 & WORD);
            long p1 = M1 * (c2 & WORD);
            c0 = (int) (p1 >>> 32) ^ c1 ^ k0;
            c1 = (int) p1;
            c2 = (int) (p0 >>> 32) ^ c3 ^ k1;
            c3 = (int) p0;
            k0 += W0;
            k1 += W1;
        }
        return new int[] {c0, c1, c2, c3};
    }

    /** The first word as a uniform number in [0, 1): its high 24 bits times 2^-24. */
    public static double uniform(int c0, int c1, int c2, int c3, long key) {
        return (block(c0, c1, c2, c3, key)[0] >>> 8) * 0x1p-24;
    }
}
