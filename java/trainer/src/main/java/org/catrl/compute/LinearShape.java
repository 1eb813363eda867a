package org.catrl.compute;

/**
 * Which elements a linear layer works on: y[m, n] from x[m, k].
 *
 * @param m rows   @param n outputs   @param k inputs
 */
public record LinearShape(int m, int n, int k) {
    /** Elements of y, from its first to its last. */
    public long outputLength() {
        return (long) m * n;
    }

    /** Where y[i, j] lies. */
    public long output(int i, int j) {
        return (long) i * n + j;
    }
}
