package org.catrl.bench;

import java.util.ArrayList;
import java.util.List;
import org.catrl.compute.DType;
import org.catrl.compute.check.OpCall;
import org.catrl.compute.check.SampledRows;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;

/** One draw per row of logits (normal, deviation 4: a few ids hold most of the probability), temperature 1. */
public class SamplingBench extends DeviceBench {
    @Param("batch=64 vocab=151936 top_k=0 top_p=1")
    public String shape;

    private final List<OpCall> draws = new ArrayList<>();

    /** The logits, read once. */
    static Work work(Sizes sizes) {
        return Work.bytes(DType.F32.bytes() * sizes.number("batch") * sizes.number("vocab")).of(sizes.count("batch"));
    }

    @Override
    Sizes sizes() {
        return Sizes.of(shape);
    }

    @Override
    void prepare(Sizes sizes) {
        SampledRows rows = new SampledRows(sizes.count("batch"), sizes.count("vocab"), sizes.count("top_k"),
                sizes.number("top_p"));
        for (int i = 0; i < rounds((long) work(sizes).amount()); i++) {
            draws.add(rows.in(arena()));
        }
    }

    @Benchmark
    @OperationsPerInvocation(QUEUED)
    public void sample() {
        timesQueued(number -> draws.get(number % draws.size()).run().run());
    }
}
