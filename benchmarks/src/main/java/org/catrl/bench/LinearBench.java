package org.catrl.bench;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.compute.LinearShape;
import org.catrl.compute.check.Arena;
import org.catrl.compute.check.LinearProduct;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The matrix products of a linear layer of k inputs and n outputs over m rows (shape = "m n k"), beside OpenBLAS's
 * sgemm on as many threads: y = x W^T (NT), dx = dy W (NN), dW += dy^T x (TN). The forward product reads weights packed
 * beforehand, as a training step does (once per update); OpenBLAS, which keeps no packed form, packs them in every
 * call.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 7, time = 1)
public class LinearBench {
    @Param({"2048 768 256", "2048 256 256", "2048 1408 256", "2048 256 704", "2048 4096 256", "2048 1408 704",
        "64 768 256", "64 1408 256", "64 256 704", "64 4096 256"})
    public String shape;

    @Param({"forward", "input", "weight"})
    public String product;

    /** JMH goes through the parameters in the order of their names, so both sides of a product are timed in a row. */
    @Param({"catrl", "openblas"})
    public String side;

    @Param("2")
    public int threads;

    private Backend backend;
    private Product bound;

    /** One product, its operands bound, and the reading of what it wrote. */
    private record Product(Runnable run, Supplier<float[]> result) { }

    @Setup
    public void open() {
        String[] sizes = shape.split(" ");
        int m = Integer.parseInt(sizes[0]);
        int n = Integer.parseInt(sizes[1]);
        int k = Integer.parseInt(sizes[2]);
        backend = Backends.open("cpu", threads).backend();
        LinearProduct ours = open(new LinearShape(m, n, k));
        bound = switch (side) {
            case "catrl" -> new Product(ours.call().run(), ours.product()::floats);
            case "openblas" -> peer(ours, m, n, k);
            default -> throw new IllegalArgumentException("side is " + side + "; it must be catrl or openblas");
        };
    }

    /** The contract's own case at this size; both sides start from its operands. */
    private LinearProduct open(LinearShape layer) {
        Arena arena = new Arena(backend, 1);
        return switch (product) {
            case "forward" -> LinearProduct.forward(arena, arena.floats(layer.outputLength()), layer, false);
            case "input" -> LinearProduct.backwardInput(arena, layer, false);
            case "weight" -> LinearProduct.backwardWeight(arena, layer, false);
            default -> throw unknown(product);
        };
    }

    private Product peer(LinearProduct ours, int m, int n, int k) {
        openblas.blas_set_num_threads(threads);
        FloatPointer left = new FloatPointer(ours.left().floats());
        FloatPointer right = new FloatPointer(ours.right().floats());
        FloatPointer result = new FloatPointer(ours.product().floats());
        int plain = openblas.CblasNoTrans;
        int transposed = openblas.CblasTrans;
        int rowMajor = openblas.CblasRowMajor;
        return switch (product) {
            case "forward" -> peer(() ->
                    openblas.cblas_sgemm(rowMajor, plain, transposed, m, n, k, 1, left, k, right, k, 0, result, n),
                    result);
            case "input" -> peer(() ->
                    openblas.cblas_sgemm(rowMajor, plain, plain, m, k, n, 1, left, n, right, k, 0, result, k), result);
            case "weight" -> peer(() ->
                    openblas.cblas_sgemm(rowMajor, transposed, plain, n, k, m, 1, left, n, right, k, 1, result, k),
                    result);
            default -> throw unknown(product);
        };
    }

    private static Product peer(Runnable run, FloatPointer result) {
        return new Product(run, () -> {
            float[] values = new float[Math.toIntExact(result.capacity())];
            result.get(values);
            return values;
        });
    }

    private static IllegalArgumentException unknown(String product) {
        return new IllegalArgumentException("product is " + product + "; it must be forward, input or weight");
    }

    @Benchmark
    public void multiply() {
        bound.run().run();
    }

    /** What the product wrote. */
    float[] result() {
        return bound.result().get();
    }

    @TearDown
    public void close() {
        backend.close();
    }
}
