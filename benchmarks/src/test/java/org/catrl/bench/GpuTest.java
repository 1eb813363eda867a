package org.catrl.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.catrl.compute.Backends;
import org.catrl.compute.check.DecodeRows;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** {@code bench gpu} on the emulated device, and what its table counts. */
class GpuTest {
    private static final Path EMULATED = Path.of("..", "cuda", "target", "lib", "libcatrl_cuda_emulated.so");

    private record Printed(int exitCode, String page) { }

    private static Printed run(String... arguments) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        int exitCode = new CommandLine(new Gpu(out, "catrl bench gpu")).execute(arguments);
        return new Printed(exitCode, bytes.toString(StandardCharsets.UTF_8));
    }

    @Test
    void everyBenchmarkRunsOnce() {
        Printed printed = run("--tiny", "--kernels", EMULATED.toString(), "--commit", "abc1234");
        assertEquals(0, printed.exitCode(), printed.page());
        assertEquals(2 + GpuShapes.TINY.cases().size(),
                printed.page().lines().filter(line -> line.matches("\\| \\w+Bench\\..*%.*")).count(), printed.page());
        assertTrue(printed.page().contains("- Commit: abc1234\n"), printed.page());
    }

    @Test
    void withoutADeviceItSaysWhyNot() {
        assumeTrue(Backends.whyNoCuda(0) != null, "a CUDA device is there");
        assertEquals(7, run().exitCode());
    }

    @Test
    void whatCannotBeMeasuredHasALineWithTheReason() throws IOException {
        GpuCase wrong = GpuCase.of(DecodeAttentionBench.class, "attention",
                "batch=1 context=9 shared=9 group=8 heads=1 kv=1 size=64", Work.bytes(1), 0);
        GpuRunner runner = new GpuRunner(EMULATED.toString(), GpuRunner.Effort.ONCE);
        GpuFailure failure = assertThrows(GpuFailure.class, () -> runner.measure(wrong));
        assertTrue(failure.getMessage().contains("a shared prompt of 9 positions"), failure.getMessage());
    }

    @Test
    void sharesAreOfTheCeilingsOfTheRun() throws IOException {
        // 2 GB in 1 ms are 2,000 GB/s; a ceiling of 8 GB in 2 ms makes that half
        GpuTable table = new GpuTable();
        table.ceiling(GpuCase.of(CeilingBench.class, "copy", "", Work.bytes(8e9), 0), run("2000"));
        assertEquals("| AdamWBench.step | a=1 | 1.000 | 1.000 - 1.000 | 2000.0 GB/s | 50% | 70% | 5,000 |\n",
                table.line(GpuCase.of(AdamWBench.class, "step", "a=1", Work.bytes(2e9).of(5), 0.7), run("1000")));
    }

    private static Run run(String score) throws IOException {
        Path json = Files.createTempFile("run", ".json");
        try {
            return Run.read(Files.writeString(json, "[{\"benchmark\": \"a.B.c\", \"primaryMetric\": "
                    + "{\"scoreUnit\": \"us/op\", \"rawData\": [[" + score + "]]}}]")).get(0);
        } finally {
            Files.delete(json);
        }
    }

    @Test
    void aSharedPromptIsCountedOnceForItsGroup() {
        // two groups of 8 and one of 1: 3 x 32 shared positions and 17 x 8 of their own; each 16-position block once
        DecodeRows rows = new DecodeRows(17, 40, 32, 8);
        assertEquals(3 * 32 + 17 * 8, rows.distinctPositions());
        assertEquals(3 * 2 + 17, rows.blocks());
        int[] table = rows.blockTable();
        assertEquals(List.of(0, 1, 6, 0, 1, 7), List.of(table[0], table[1], table[2], table[3], table[4], table[5]));
        assertEquals(rows.blocks() - 1, table[table.length - 1]);
    }

    @Test
    void attentionCountsThePairsThatSeeEachOther() {
        // 2 sequences of 3 tokens: 6 pairs each, two products of 2 x 64 operations for each of 2 heads
        Sizes sizes = Sizes.of("sequences=2 length=3 heads=2 kv=1 size=64");
        assertEquals(2 * 6 * 2 * 2 * 64 * 2, PackedAttentionBench.forwardWork(sizes).amount());
    }

    @Test
    void matricesOfTheQwenModels() {
        // 596 and 4,022 million parameters with norms, tied, as the models' cards say
        assertEquals(596e6, BenchModel.QWEN3_0_6B.matrixElements(), 1e6);
        assertEquals(4022e6, BenchModel.QWEN3_4B.matrixElements(), 1e6);
    }
}
