package org.catrl.bench;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.model.AdamW;
import org.catrl.model.Gradients;
import org.catrl.model.PackedBatch;
import org.catrl.model.Transformer;
import org.catrl.model.TransformerSettings;
import org.catrl.model.Weights;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Forward, cross-entropy, backward, global norm and AdamW over 16 x 128 tokens, fp32. Score: tokens/s. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 5)
@Measurement(iterations = 7, time = 5)
public class TrainStepBench {
    private static final int SEQUENCES = 16;
    private static final int LENGTH = 128;

    @Param("2")
    public int threads;

    private Backend backend;
    private Weights weights;
    private Transformer transformer;
    private Gradients gradients;
    private AdamW optimizer;
    private PackedBatch batch;

    @Setup
    public void open() {
        backend = Backends.open("cpu", threads).backend();
        weights = Weights.random(backend, SmallModel.CONFIG, 1, "benchmark");
        transformer = new Transformer(weights, TransformerSettings.DEFAULT);
        gradients = new Gradients(weights);
        optimizer = new AdamW(weights);
        batch = PackedBatch.of(tokens(1, 2), tokens(LENGTH, 3));
    }

    private static List<int[]> tokens(int length, long seed) {
        return SmallModel.tokens(SEQUENCES, length, SmallModel.VOCAB, seed);
    }

    @Benchmark
    @OperationsPerInvocation(SEQUENCES * LENGTH)
    public double step() {
        gradients.zero();
        transformer.accumulate(batch, 1, gradients, (dlogp, logp, entropy, n) -> backend.fill(dlogp, -1.0 / n));
        gradients.finish();
        double norm = gradients.norm();
        optimizer.step(gradients, 1e-4, 0.9, 0.999, 1e-8, 0.01, Math.min(1, 1 / norm));
        return norm;
    }

    @TearDown
    public void close() {
        List.of(optimizer, gradients, transformer, weights).forEach(TrainStepBench::close);
        backend.close();
    }

    private static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
