package org.catrl.bench;

import org.catrl.compute.Buffer;
import org.catrl.compute.DType;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;

/** The device's ceilings: a copy of many bytes, a square BF16 product. */
public class CeilingBench extends DeviceBench {
    @Param("bytes=4294967296 edge=8192")
    public String shape;

    private int edge;
    private Buffer from;
    private Buffer to;
    private Buffer x;
    private Buffer weight;
    private Buffer y;

    static Work copyWork(Sizes sizes) {
        return Work.bytes(2 * sizes.number("bytes"));
    }

    static Work productWork(Sizes sizes) {
        return Work.flops(2 * Math.pow(sizes.number("edge"), 3));
    }

    @Override
    Sizes sizes() {
        return Sizes.of(shape);
    }

    @Override
    void prepare(Sizes sizes) {
        edge = sizes.count("edge");
        from = arena().stored(Long.parseLong(sizes.text("bytes")) / DType.BF16.bytes());
        to = arena().made(DType.BF16, from.length());
        x = arena().stored((long) edge * edge);
        weight = arena().stored((long) edge * edge);
        y = arena().made(DType.BF16, (long) edge * edge);
    }

    @Benchmark
    @OperationsPerInvocation(QUEUED)
    public void copy() {
        timesQueued(number -> backend().copy(to, from));
    }

    @Benchmark
    @OperationsPerInvocation(QUEUED)
    public void product() {
        timesQueued(number -> backend().linear(y, x, weight, null, null, edge, edge, edge));
    }
}
