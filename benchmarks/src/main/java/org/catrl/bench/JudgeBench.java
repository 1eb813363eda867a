package org.catrl.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
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

/**
 * A judge by likelihood: yes and no to 5 criteria of 16 tokens about each of 16 responses of 128, fp32; with what they
 * have in common passing once, and the peer, every text by itself. Score: verdicts/s.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 5)
@Measurement(iterations = 7, time = 5)
public class JudgeBench {
    private static final int RESPONSES = 16;
    private static final int RESPONSE = 128;
    private static final int CRITERIA = 5;
    private static final int CRITERION = 16;

    @Param("2")
    public int threads;

    @Param({"true", "false"})
    public boolean sharing;

    private Backend backend;
    private Weights weights;
    private Transformer transformer;
    private final List<int[]> questions = new ArrayList<>();
    private final List<int[]> verdicts = new ArrayList<>();
    private float[] scores;

    @Setup
    public void open() {
        backend = Backends.open("cpu", threads).backend();
        weights = Weights.random(backend, SmallModel.CONFIG, 1, "benchmark");
        transformer = new Transformer(weights, TransformerSettings.DEFAULT);
        List<int[]> criteria = SmallModel.tokens(CRITERIA, CRITERION, SmallModel.VOCAB, 2);
        for (int[] response : SmallModel.tokens(RESPONSES, RESPONSE, SmallModel.VOCAB, 3)) {
            for (int[] criterion : criteria) {
                int[] question = new int[RESPONSE + CRITERION];
                System.arraycopy(response, 0, question, 0, RESPONSE);
                System.arraycopy(criterion, 0, question, RESPONSE, CRITERION);
                for (int verdict = 0; verdict < 2; verdict++) {
                    questions.add(question);
                    verdicts.add(new int[] {verdict});
                }
            }
        }
        scores = new float[questions.size()];
    }

    @Benchmark
    @OperationsPerInvocation(RESPONSES * CRITERIA)
    public float[] judge() {
        transformer.logProbs(sharing ? PackedBatch.sharing(questions, verdicts) : PackedBatch.of(questions, verdicts),
                1, scores, null);
        return scores;
    }

    @TearDown
    public void close() {
        transformer.close();
        weights.close();
        backend.close();
    }
}
