package org.catrl.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.catrl.compute.DType;
import org.catrl.generate.Completion;
import org.catrl.train.UpdateMetrics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every benchmark's body, once. */
class BenchmarksTest {
    @ParameterizedTest
    @ValueSource(strings = {"forward", "input", "weight"})
    void bothSidesComputeTheSameProduct(String product) {
        assertClose(product("openblas", product), product("catrl", product));
    }

    private static float[] product(String side, String product) {
        LinearBench bench = new LinearBench();
        bench.shape = "37 65 129";
        bench.product = product;
        bench.side = side;
        bench.threads = 2;
        bench.open();
        bench.multiply();
        float[] result = bench.result();
        bench.close();
        return result;
    }

    /** The products sum at most 129 terms, so two orders of summation differ by far less than 1e-4 of the largest. */
    private static void assertClose(float[] expected, float[] actual) {
        assertEquals(expected.length, actual.length);
        float largest = 0;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertTrue(largest > 0, "the product is all zeros");
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], actual[i], 1e-4f * largest, "element " + i);
        }
    }

    @Test
    void theStallOfACheckpointIsPrinted(@TempDir Path folder) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        Path run = Files.createDirectory(folder.resolve("run"));
        CheckpointStall.measure(BenchModel.TINY.config(1), run, 1, new PrintStream(text));
        assertTrue(text.toString().matches("(?s).*checkpoint 3: stall [\\d.]+ s, .* written in [\\d.]+ s\n"),
                text.toString());
        assertFalse(Files.exists(run));
    }

    @ParameterizedTest
    @EnumSource(value = DType.class, names = {"F32", "BF16"})
    void generationMakesAllTokens(DType storage) {
        GenerationBench bench = new GenerationBench();
        bench.threads = 2;
        bench.storage = storage;
        bench.newTokens = 3;
        bench.open();
        assertEquals(64 * 3, tokens(bench.generate()));
        bench.close();
    }

    @Test
    void largeModelsGenerateToo() {
        LargeGenerationBench bench = new LargeGenerationBench();
        bench.threads = 2;
        bench.storage = DType.BF16;
        bench.model = BenchModel.TINY;
        bench.newTokens = 3;
        bench.open();
        assertEquals(LargeGenerationBench.BATCH * 3, tokens(bench.generate()));
        bench.close();
    }

    private static int tokens(List<List<Completion>> completions) {
        return completions.stream().flatMap(List::stream).mapToInt(completion -> completion.ids().length).sum();
    }

    @Test
    void aJudgeSaysTheSameWithAndWithoutSharing() {
        JudgeBench bench = new JudgeBench();
        bench.threads = 2;
        bench.sharing = true;
        bench.open();
        float[] shared = bench.judge().clone();
        bench.sharing = false;
        assertArrayEquals(shared, bench.judge());
        bench.close();
    }

    @Test
    void trainingStepMovesTheWeights() {
        TrainStepBench bench = new TrainStepBench();
        bench.threads = 2;
        bench.open();
        double first = bench.step();
        assertTrue(Double.isFinite(first) && first > 0, "norm " + first);
        assertNotEquals(first, bench.step(), "the same gradient twice: the optimizer changed nothing");
        bench.close();
    }

    @Test
    void grpoStepTrainsOnWhatItSampled() throws IOException {
        GrpoStepBench bench = new GrpoStepBench();
        bench.threads = 2;
        bench.newTokens = 3;
        bench.open();
        UpdateMetrics metrics = bench.step();
        assertEquals(1, metrics.tokenMultProbError());
        assertTrue(metrics.gradNorm() > 0, "norm " + metrics.gradNorm());
        assertEquals(16 * 8 * (32 + 3), metrics.numTokens());
        bench.close();
    }
}
