package org.catrl.bench;

import org.catrl.compute.check.HeadPass;
import org.catrl.compute.check.OpCall;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;

/**
 * Log-probabilities from hidden rows, one vocabulary tile's logits at a time, and their gradients with the logits made
 * again: the ops of the model's head over one chunk of rows, BF16.
 */
public class HeadBench extends DeviceBench {
    @Param("rows=2048 width=2560 vocab=151936")
    public String shape;

    private OpCall forward;
    private OpCall backward;

    static Work forwardWork(Sizes sizes) {
        return Work.flops(2 * sizes.number("rows") * sizes.number("width") * sizes.number("vocab"))
                .of(sizes.count("rows"));
    }

    /** The gradients of both operands; the third product, of the logits, is what recomputation costs. */
    static Work backwardWork(Sizes sizes) {
        return Work.flops(2 * forwardWork(sizes).amount()).of(sizes.count("rows"));
    }

    @Override
    Sizes sizes() {
        return Sizes.of(shape);
    }

    @Override
    void prepare(Sizes sizes) {
        HeadPass pass = new HeadPass(arena(), sizes.count("rows"), sizes.count("width"), sizes.count("vocab"));
        forward = pass.forward();
        backward = pass.backward(arena());
        forward.run().run();
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
