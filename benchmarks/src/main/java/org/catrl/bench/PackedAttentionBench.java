package org.catrl.bench;

import java.util.Arrays;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;
import org.catrl.compute.HeadShape;
import org.catrl.compute.PagedRows;
import org.catrl.compute.check.Arena;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;

/** Causal attention over whole sequences, as training runs it, BF16, and its backward. */
public class PackedAttentionBench extends DeviceBench {
    @Param("sequences=8 length=2048 heads=32 kv=8 size=128")
    public String shape;

    private HeadShape heads;
    private PagedRows rows;
    private Buffer q;
    private Buffer keys;
    private Buffer values;
    private Buffer o;
    private Buffer lse;
    private Buffer dout;
    private Buffer dqkv;

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
        heads = DecodeAttentionBench.heads(sizes);
        int[] lengths = new int[sizes.count("sequences")];
        Arrays.fill(lengths, sizes.count("length"));
        rows = new Arena(backend(), DType.BF16, 1).sequences(lengths);
        long queries = (long) rows.count() * heads.queryWidth();
        long cache = backend().cacheLength(Arena.blocks(lengths), heads);
        q = data().reals(queries);
        keys = data().reals(cache);
        values = data().reals(cache);
        dout = data().reals(queries);
        o = data().made(DType.BF16, queries);
        lse = data().made(DType.F32, (long) rows.count() * heads.query());
        dqkv = data().made(DType.BF16, (long) rows.count() * heads.fusedWidth());
        queueForward();
    }

    private double scale() {
        return 1 / Math.sqrt(heads.size());
    }

    private void queueForward() {
        backend().attention(o, lse, q, keys, values, rows, heads, scale(), 0);
    }

    @Benchmark
    @OperationsPerInvocation(QUEUED)
    public void forward() {
        timesQueued(number -> queueForward());
    }

    @Benchmark
    @OperationsPerInvocation(QUEUED)
    public void backward() {
        timesQueued(number -> backend().attentionBackward(dqkv, dout, o, lse, q, keys, values, rows, heads, scale(),
                0));
    }
}
