package org.catrl.bench;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.catrl.compute.DType;
import org.catrl.generate.Completion;
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

/**
 * {@link Generation} with the shapes of Qwen3-0.6B, whose weights fit no cache: a batch of 4, 32 new tokens each, so
 * that most of the time weights are read from memory. Score: new tokens/s.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 5)
@Measurement(iterations = 7, time = 5)
public class LargeGenerationBench {
    static final int BATCH = 4;
    private static final int NEW = 32;

    @Param("2")
    public int threads;

    @Param({"F32", "BF16"})
    public DType storage;

    /** Fewer and smaller only where nothing is timed. */
    int newTokens = NEW;
    BenchModel model = BenchModel.QWEN3_0_6B;

    private Generation generation;

    @Setup
    public void open() {
        generation = new Generation(threads, model.config(), storage, BATCH, newTokens);
    }

    @Benchmark
    @OperationsPerInvocation(BATCH * NEW)
    public List<List<Completion>> generate() {
        return generation.run();
    }

    @TearDown
    public void close() {
        generation.close();
    }
}
