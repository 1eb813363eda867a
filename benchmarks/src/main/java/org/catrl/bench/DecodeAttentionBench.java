package org.catrl.bench;

import java.util.ArrayList;
import java.util.List;
import org.catrl.compute.AttentionShape;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;
import org.catrl.compute.HeadShape;
import org.catrl.compute.KeyValueCache;
import org.catrl.compute.PagedRows;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;

/** One row of each sequence over its cached context, BF16; the first positions may be a group's shared prompt. */
public class DecodeAttentionBench extends DeviceBench {
    @Param("batch=64 context=512 shared=0 group=8 heads=32 kv=8 size=128")
    public String shape;

    private HeadShape heads;
    private PagedRows rows;
    private Buffer q;
    private Buffer o;
    private final List<KeyValueCache> caches = new ArrayList<>();

    /** Keys and values of every distinct position, and one query and output row of each sequence. */
    static Work work(Sizes sizes) {
        HeadShape heads = heads(sizes);
        double cached = 2.0 * DecodeRows.of(sizes).distinctPositions() * heads.keyValueWidth();
        return Work.bytes(DType.BF16.bytes() * (cached + 2.0 * sizes.count("batch") * heads.queryWidth()));
    }

    static HeadShape heads(Sizes sizes) {
        return new HeadShape(sizes.count("heads"), sizes.count("kv"), sizes.count("size"));
    }

    @Override
    Sizes sizes() {
        return Sizes.of(shape);
    }

    @Override
    void prepare(Sizes sizes) {
        heads = heads(sizes);
        DecodeRows decoded = DecodeRows.of(sizes);
        long cache = backend().cacheLength(decoded.blocks(), heads);
        for (int i = 0; i < DeviceData.rounds((long) work(sizes).amount()); i++) {
            caches.add(new KeyValueCache(data().stored(cache), data().stored(cache)));
        }
        q = data().stored((long) decoded.batch() * heads.queryWidth());
        o = data().made(DType.BF16, q.length());
        rows = decoded.place(data());
    }

    @Benchmark
    @OperationsPerInvocation(QUEUED)
    public void attention() {
        AttentionShape attention = new AttentionShape(heads, 1 / Math.sqrt(heads.size()), 0);
        timesQueued(number -> backend().attention(o, null, q, caches.get(number % caches.size()), rows,
                attention));
    }
}
