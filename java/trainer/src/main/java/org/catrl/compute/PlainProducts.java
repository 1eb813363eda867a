package org.catrl.compute;

import org.catrl.cuda.CudaKernels;

/** Products by a plain loop, one thread for each element: for the emulated device, which has no cuBLAS. */
final class PlainProducts implements Products {
    private final long context;

    PlainProducts(long context) {
        this.context = context;
    }

    @Override
    public void multiply(Shape shape, long c, long a, long b, long addend) {
        if (addend != 0 && addend != c) {
            CudaKernels.copy(context, c, shape.result().ordinal(), addend, shape.result().ordinal(),
                    (long) shape.m() * shape.n());
        }
        CudaKernels.plain_product(context, shape.real().ordinal(), c, shape.result().ordinal(), a,
                shape.transposeA() ? 1 : 0, b, shape.transposeB() ? 1 : 0, shape.m(), shape.n(), shape.k(),
                addend == 0 ? 0 : 1);
    }

    @Override
    public String description() {
        return "plain products";
    }

    @Override
    public void close() { }
}
