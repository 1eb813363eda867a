package org.catrl.compute.check;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.catrl.compute.Buffer;
import org.catrl.compute.LinearShape;

/**
 * One of a linear layer's three matrix products over seeded operands.
 *
 * @param product what is written: y[m, n], dx[m, k] or dweight F32[n, k]
 * @param left    the first factor: x[m, k], dy[m, n] or dy[m, n]
 * @param right   the second factor: weight[n, k], as it is before packing, or x[m, k]
 * @param call    the op
 */
public record LinearProduct(Buffer product, Buffer left, Buffer right, OpCall call) {
    /**
     * The forward product, y = x W^T, whose weight is packed beforehand.
     *
     * @param a       where the operands are made
     * @param y       what it writes, of {@link LinearShape#outputLength} elements
     * @param shape   that of the layer
     * @param started whether y starts from a bias and from what it holds
     */
    public static LinearProduct forward(Arena a, Buffer y, LinearShape shape, boolean started) {
        Buffer x = a.stored((long) shape.m() * shape.k());
        Buffer weight = a.stored((long) shape.n() * shape.k());
        Buffer packed = a.packed(weight, shape.n(), shape.k());
        Buffer bias = started ? a.stored(shape.n()) : null;
        return new LinearProduct(y, x, weight, call(() ->
                a.backend().linear(y, x, packed, bias, started ? y : null, shape), y));
    }

    /**
     * The gradient of the inputs, dx = dy W.
     *
     * @param a       where the operands are made
     * @param shape   that of the layer, without gaps
     * @param started whether it is added to what dx holds
     */
    public static LinearProduct backwardInput(Arena a, LinearShape shape, boolean started) {
        Buffer dx = a.stored((long) shape.m() * shape.k());
        Buffer dy = a.stored((long) shape.m() * shape.n());
        Buffer weight = a.stored((long) shape.n() * shape.k());
        return new LinearProduct(dx, dy, weight, call(() ->
                a.backend().linearBackwardInput(dx, dy, weight, shape.m(), shape.n(), shape.k(), started), dx));
    }

    /**
     * The gradient of the weight, dweight += dy^T x.
     *
     * @param a      where the operands are made
     * @param shape  that of the layer, without gaps
     * @param biased whether there is a bias, whose gradient is written too
     */
    public static LinearProduct backwardWeight(Arena a, LinearShape shape, boolean biased) {
        Buffer dweight = a.floats((long) shape.n() * shape.k());
        Buffer dbias = biased ? a.floats(shape.n()) : null;
        Buffer dy = a.stored((long) shape.m() * shape.n());
        Buffer x = a.stored((long) shape.m() * shape.k());
        return new LinearProduct(dweight, dy, x, call(() ->
                a.backend().linearBackwardWeight(dweight, dbias, dy, x, shape.m(), shape.n(), shape.k()),
                dweight, dbias));
    }

    private static OpCall call(Runnable run, Buffer... written) {
        return new OpCall(run, Arrays.stream(written).filter(Objects::nonNull).toList());
    }
}
