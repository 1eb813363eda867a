package org.catrl.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.compute.Rows;
import org.catrl.generate.Completion;
import org.catrl.generate.Generator;
import org.catrl.generate.Request;
import org.catrl.generate.SamplingSettings;
import org.catrl.model.Decoder;
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

/** Sampling at temperature 1: a batch of 64 different prompts of 32 tokens, 96 new tokens each. Score: new tokens/s. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 5)
@Measurement(iterations = 7, time = 5)
public class GenerationBench {
    private static final int BATCH = 64;
    private static final int PROMPT = 32;
    private static final int NEW = 96;

    @Param("2")
    public int threads;

    /** New tokens of each completion: fewer only where nothing is timed. */
    int newTokens = NEW;

    private Backend backend;
    private Weights weights;
    private Decoder decoder;
    private Generator generator;
    private List<Request> requests;

    @Setup
    public void open() {
        backend = Backends.open("cpu", threads).backend();
        weights = Weights.random(backend, SmallModel.CONFIG, 1, "benchmark");
        decoder = new Decoder(weights, BATCH * 4, BATCH * (PROMPT + NEW) / Rows.BLOCK);
        generator = new Generator(decoder, ids -> "", 1);
        SamplingSettings settings = SamplingSettings.of(1, newTokens, List.of());
        requests = new ArrayList<>();
        List<int[]> prompts = SmallModel.tokens(BATCH, PROMPT, 2);
        for (int i = 0; i < BATCH; i++) {
            requests.add(new Request(prompts.get(i), 1, settings, 0, i));
        }
    }

    @Benchmark
    @OperationsPerInvocation(BATCH * NEW)
    public List<List<Completion>> generate() {
        return generator.generate(requests);
    }

    @TearDown
    public void close() {
        decoder.close();
        weights.close();
        backend.close();
    }
}
