package org.catrl.bench;

import java.util.Arrays;
import org.catrl.compute.check.Attended;
import org.catrl.compute.check.OpCall;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;

/** Causal attention over whole sequences, as training runs it, BF16, and its backward. */
public class PackedAttentionBench extends DeviceBench {
    @Param("sequences=8 length=2048 heads=32 kv=8 size=128")
    public String shape;

    private OpCall forward;
    private OpCall backward;

    /** q k^T and p v: two products over the pairs of a query and a key that it sees. */
    static Work forwardWork(Sizes sizes) {
        double length = sizes.count("length");
        double pairs = sizes.count("sequences") * length * (length + 1) / 2;
        return Work.flops(2 * 2 * pairs * sizes.count("heads") * sizes.count("size"));
    }

    /** Five such products: q k^T again, and the gradients of p, v, q and k (as FlashAttention 2 counts them). */
    static Work backwardWork(Sizes sizes) {
        return Work.flops(2.5 * forwardWork(sizes).amount());
    }

    @Override
    Sizes sizes() {
        return Sizes.of(shape);
    }

    @Override
    void prepare(Sizes sizes) {
        int[] lengths = new int[sizes.count("sequences")];
        Arrays.fill(lengths, sizes.count("length"));
        Attended attended = Attended.of(arena(), DecodeAttentionBench.heads(sizes), 0, false, lengths);
        forward = attended.attention();
        backward = attended.attentionBackward(arena().stored(attended.output().length()));
    }

    @Benchmark
    @OperationsPerInvocation(QUEUED)
    public void forward() {
        timesQueued(number -> forward.run().run());
    }

    @Benchmark
    @OperationsPerInvocation(QUEUED)
    public void backward() {
        timesQueued(number -> backward.run().run());
    }
}
