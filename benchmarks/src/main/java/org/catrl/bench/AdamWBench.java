package org.catrl.bench;

import org.catrl.compute.AdamWStep;
import org.catrl.compute.DType;
import org.catrl.compute.check.AdamWPass;
import org.catrl.compute.check.OpCall;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;

/** AdamW over a flat buffer: F32 weights, gradients and moments, and the BF16 copy that passes read. */
public class AdamWBench extends DeviceBench {
    private static final int READ = 4 * DType.F32.bytes();
    private static final int WRITTEN = 3 * DType.F32.bytes() + DType.BF16.bytes();

    @Param("parameters=536870912")
    public String shape;

    private OpCall update;

    static Work work(Sizes sizes) {
        return Work.bytes((READ + WRITTEN) * sizes.number("parameters"));
    }

    @Override
    Sizes sizes() {
        return Sizes.of(shape);
    }

    @Override
    void prepare(Sizes sizes) {
        long length = sizes.count("parameters");
        update = AdamWPass.withCopy(arena(), length, new AdamWStep(1e-6, 0.9, 0.999, 1e-8, 0.01, length, 100, 1));
    }

    @Benchmark
    @OperationsPerInvocation(QUEUED)
    public void step() {
        timesQueued(number -> update.run().run());
    }
}
