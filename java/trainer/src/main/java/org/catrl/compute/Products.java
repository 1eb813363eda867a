package org.catrl.compute;

/** The matrix products in a native context's memory; the contracts are those of {@link Backend}. */
interface Products extends AutoCloseable {
    /** What {@link Backend#packedLength} tells. */
    long packedLength(int n, int k);

    /** What {@link Backend#pack} does. */
    void pack(Buffer packed, Buffer weight, int n, int k);

    /** What {@link Backend#linear} does. */
    void linear(Buffer y, Buffer x, Buffer packed, Buffer bias, Buffer addend, LinearShape shape);

    /** What {@link Backend#linearBackwardInput} does. */
    void linearBackwardInput(Buffer dx, Buffer dy, Buffer weight, int m, int n, int k, boolean accumulate);

    /** What {@link Backend#linearBackwardWeight} does. */
    void linearBackwardWeight(Buffer dweight, Buffer dbias, Buffer dy, Buffer x, int m, int n, int k);

    /** The words for people on what computes them. */
    String description();

    @Override
    void close();
}
