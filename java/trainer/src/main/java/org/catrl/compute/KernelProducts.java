package org.catrl.compute;

import static org.catrl.compute.NativeBuffer.address;

import org.catrl.kernels.Kernels;

/** Products by the library's own kernels: packed on a CPU, a plain loop on a device that has no cuBLAS. */
final class KernelProducts implements Products {
    private final long context;
    private final NativeArguments arguments;

    KernelProducts(long context) {
        this.context = context;
        this.arguments = new NativeArguments();
    }

    @Override
    public long packedLength(int n, int k) {
        return Kernels.packed_length(context, n, k);
    }

    @Override
    public void pack(Buffer packed, Buffer weight, int n, int k) {
        Kernels.pack(context, address(packed), address(weight), arguments.product(weight.type(), 0, n, k));
    }

    @Override
    public void linear(Buffer y, Buffer x, Buffer packed, Buffer bias, Buffer addend, LinearShape shape) {
        Kernels.linear(context, address(y), address(x), arguments.linear(y, x, packed, bias, addend, shape));
    }

    @Override
    public void linearBackwardInput(Buffer dx, Buffer dy, Buffer weight, int m, int n, int k, boolean accumulate) {
        Kernels.linear_backward_input(context, address(dx), address(dy), address(weight),
                arguments.product(dy.type(), m, n, k), accumulate ? 1 : 0);
    }

    @Override
    public void linearBackwardWeight(Buffer dweight, Buffer dbias, Buffer dy, Buffer x, int m, int n, int k) {
        Kernels.linear_backward_weight(context, address(dweight), address(dbias), address(dy), address(x),
                arguments.product(dy.type(), m, n, k));
    }

    @Override
    public String description() {
        return "plain products";
    }

    @Override
    public void close() { }
}
