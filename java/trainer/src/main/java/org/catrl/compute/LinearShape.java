package org.catrl.compute;

/**
 * The elements that a linear layer works on: y[m, n] from x[m, k]. y may be columns of a wider matrix: its buffer
 * starts at its first element, and its rows lie stride elements apart.
 *
 * @param m      rows
 * @param n      outputs
 * @param k      inputs
 * @param stride elements from one row of y, and of an addend, to the next; at least n
 */
public record LinearShape(int m, int n, int k, int stride) {
    /** The shape of a y without gaps. */
    public LinearShape(int m, int n, int k) {
        this(m, n, k, n);
    }

    public LinearShape {
        if (stride < n) {
            throw new IllegalArgumentException("linear: stride must be at least n = " + n + "; it is " + stride);
        }
    }

    /** The elements of y, from its first to its last. */
    public long outputLength() {
        return m == 0 ? 0 : output(m - 1, n);
    }

    /** The place of y[i, j] among the elements. */
    public long output(int i, int j) {
        return (long) i * stride + j;
    }
}
