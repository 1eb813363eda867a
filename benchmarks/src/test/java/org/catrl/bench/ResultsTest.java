package org.catrl.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {
    private static final String LINEAR = """
            {"benchmark": "org.catrl.bench.LinearBench.multiply", "forks": 1, "warmupIterations": 2,
             "warmupTime": "1 s", "measurementIterations": 4, "measurementTime": "1 s",
             "vmName": "VM", "vmVersion": "17", "jmhVersion": "1.37",
             "params": {"product": "forward", "shape": "10 20 50", "side": "%s", "threads": "2"},
             "primaryMetric": {"scoreUnit": "us/op", "rawData": [%s]}}""";
    private static final String RATE = """
            {"benchmark": "org.catrl.bench.TrainStepBench.step", "forks": 1, "warmupIterations": 2, "warmupTime": "5 s",
             "measurementIterations": 3, "measurementTime": "5 s", "params": {"threads": "1"},
             "primaryMetric": {"scoreUnit": "ops/s", "rawData": [[5100.0, 4800.0, 5000.0]]}}""";

    @TempDir
    Path folder;

    @Test
    void ratioOfTheMediansOfAllForks() throws IOException {
        // 2 x 10 x 20 x 50 = 20,000 operations: 2 us are 10 GFLOP/s, 1 us is 20
        List<Run> runs = runs(LINEAR.formatted("catrl", "[9, 1], [2, 2]"), LINEAR.formatted("openblas", "[1, 1, 7]"));
        assertTrue(LinearReport.table(runs).endsWith("| forward | 10 20 50 | 2 | 10 | 20 | 0.50 | 9.00 |\n"),
                LinearReport.table(runs));
    }

    @Test
    void aProductMeasuredOnOneSideHasNoRow() throws IOException {
        assertEquals("", LinearReport.table(runs(LINEAR.formatted("catrl", "[1]"))));
    }

    @Test
    void pageSaysHowItWasMeasured() throws IOException {
        String page = Results.page(runs(RATE, LINEAR.formatted("catrl", "[1]"), LINEAR.formatted("openblas", "[1]")));
        assertTrue(page.contains("| TrainStepBench.step | F32 | 1 | 5,000 | 4,800 | 5,100 | 3 |"), page);
        assertTrue(page.contains("TrainStepBench -f 1 -wi 2 -w 5s -i 3 -r 5s -p threads=1\n"), page);
        assertTrue(page.contains("| forward | 10 20 50 | 2 | 20 | 20 | 1.00 | 1.00 |"), page);
    }

    @Test
    void aFileWithoutResultsIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("empty.json"), "[]");
        assertTrue(assertThrows(IOException.class, () -> Run.read(file)).getMessage().contains("-rf json"));
    }

    private List<Run> runs(String... results) throws IOException {
        return Run.read(Files.writeString(folder.resolve("jmh.json"), "[" + String.join(",", results) + "]"));
    }
}
