package org.catrl.compute;

/** Matrix products in a device's memory, queued on its stream. */
interface Products extends AutoCloseable {
    /**
     * c[m, n] = op(a) op(b), op = transpose where asked: a is [m, k] or, transposed, [k, m]; b is [k, n] or,
     * transposed, [n, k]. Matrices are row-major and lie without gaps.
     *
     * @param real   storage type of a and b
     * @param result type of c
     */
    record Shape(DType real, DType result, boolean transposeA, boolean transposeB, int m, int n, int k) { }

    /** @param addend address of an [m, n] of c's type that is added, after the product; 0 = none; may be c itself */
    void multiply(Shape shape, long c, long a, long b, long addend);

    /** What computes them, for people. */
    String description();

    @Override
    void close();
}
