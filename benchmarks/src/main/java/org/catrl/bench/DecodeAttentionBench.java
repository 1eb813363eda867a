package org.catrl.bench;

import java.util.ArrayList;
import java.util.List;
import org.catrl.compute.DType;
import org.catrl.compute.HeadShape;
import org.catrl.compute.check.DecodeAttention;
import org.catrl.compute.check.DecodeRows;
import org.catrl.compute.check.OpCall;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;

/** One row of each sequence over its cached context, BF16; the first positions may be a group's shared prompt. */
public class DecodeAttentionBench extends DeviceBench {
    @Param("batch=64 context=512 shared=0 group=8 heads=32 kv=8 size=128")
    public String shape;

    private final List<OpCall> calls = new ArrayList<>();

    /** Keys and values of every distinct position, and one query and output row of each sequence. */
    static Work work(Sizes sizes) {
        HeadShape heads = heads(sizes);
        double cached = 2.0 * decoded(sizes).distinctPositions() * heads.keyValueWidth();
        return Work.bytes(DType.BF16.bytes() * (cached + 2.0 * sizes.count("batch") * heads.queryWidth()));
    }

    static HeadShape heads(Sizes sizes) {
        return new HeadShape(sizes.count("heads"), sizes.count("kv"), sizes.count("size"));
    }

    /** The rows of a measurement. */
    static DecodeRows decoded(Sizes sizes) {
        return new DecodeRows(sizes.count("batch"), sizes.count("context"), sizes.count("shared"),
                sizes.count("group"));
    }

    @Override
    Sizes sizes() {
        return Sizes.of(shape);
    }

    @Override
    void prepare(Sizes sizes) {
        for (int i = 0; i < rounds((long) work(sizes).amount()); i++) {
            calls.add(DecodeAttention.call(arena(), decoded(sizes), heads(sizes)));
        }
    }

    @Benchmark
    @OperationsPerInvocation(QUEUED)
    public void attention() {
        timesQueued(number -> calls.get(number % calls.size()).run().run());
    }
}
