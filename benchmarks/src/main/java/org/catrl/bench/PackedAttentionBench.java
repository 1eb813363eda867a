package org.catrl.bench;

import java.util.Arrays;
import org.catrl.compute.AttentionShape;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;
import org.catrl.compute.HeadShape;
import org.catrl.compute.KeyValueCache;
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
    private KeyValueCache cache;
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
        long cached = backend().cacheLength(Arena.blocks(lengths), heads);
        q = data().stored(queries);
        cache = new KeyValueCache(data().stored(cached), data().stored(cached));
        dout = data().stored(queries);
        o = data().made(DType.BF16, queries);
        lse = data().made(DType.F32, (long) rows.count() * heads.query());
        dqkv = data().made(DType.BF16, (long) rows.count() * heads.fusedWidth());
        queueForward();
    }

    private AttentionShape attention() {
        return new AttentionShape(heads, 1 / Math.sqrt(heads.size()), 0);
    }

    private void queueForward() {
        backend().attention(o, lse, q, cache, rows, attention());
    }

    @Benchmark
    @OperationsPerInvocation(QUEUED)
    public void forward() {
        timesQueued(number -> queueForward());
    }

    @Benchmark
    @OperationsPerInvocation(QUEUED)
    public void backward() {
        timesQueued(number -> backend().attentionBackward(dqkv, dout, o, lse, q, cache, rows, attention()));
    }
}
