package org.catrl.compute;

/** Who computes matrix products in a native context's memory; the contracts are those of {@link Backend}. */
interface Products extends AutoCloseable {
    /** See {@link Backend#packedLength}. */
    long packedLength(int n, int k);

    /** See {@link Backend#pack}. */
    void pack(Buffer packed, Buffer weight, int n, int k);

    /** See {@link Backend#linear}. */
    void linear(Buffer y, Buffer x, Buffer packed, Buffer bias, Buffer addend, LinearShape shape);

    /** See {@link Backend#linearBackwardInput}. */
    void linearBackwardInput(Buffer dx, Buffer dy, Buffer weight, int m, int n, int k, boolean accumulate);

    /** See {@link Backend#linearBackwardWeight}. */
    void linearBackwardWeight(Buffer dweight, Buffer dbias, Buffer dy, Buffer x, int m, int n, int k);

    /** What computes them, for people. */
    String description();

    @Override
    void close();
}
