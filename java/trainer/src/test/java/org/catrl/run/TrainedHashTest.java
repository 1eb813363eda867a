package org.catrl.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What training makes of the small models, to the bit: SHA-256 of the weights after some steps with seed 1. A change
 * that is to leave results alone leaves these alone; one that means to change them writes the new ones here, and says
 * why. Bits are promised per instruction set; the kernels for AVX2 and the plain ones run on almost any x86-64
 * machine.
 */
class TrainedHashTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "avx2, 2, arithmetic, 20, e7da36c6747f52c85fba47c7f7c3c0b49673d91f23c4b10baea854ceb9205bba",
        "avx2, 2, advice, 20, a3fded0e7bc4e6a77f35ced447ab34eceef9c16ff1158533b5e52e4bb1adf50d",
        "avx2, 1, arithmetic, 3, 6499f48de7db78d47f2f9a4393230031ee4a6b43e7035fe1dd79f0c2ad69c6ee",
        "base, 2, arithmetic, 3, b21ad769619d542d77e2e5ba4489b02474139327ff0bd830cde572097b00ec19",
        "base, 2, advice, 3, d677d3c8043b2e7138bbf95d587cdc782dc54fcb4d18cb88c0004771bd055f24"
    })
    void theTrainedWeightsStayWhatTheyWere(String isa, int threads, String model, int steps, String sha256)
            throws IOException {
        Path recipe = Path.of("../../models", model, "cat.yaml");
        try (Backend backend = open(isa, threads)) {
            RunResult result = TrainingRun.of(recipe, List.of("seed=1", "max_steps=" + steps, "eval.problems=0",
                    "out=" + folder.resolve("run"))).on(backend).run();
            assertEquals(sha256, result.sha256(), steps + " steps of " + recipe + " on " + backend.description());
        }
    }

    private static Backend open(String isa, int threads) {
        try {
            return Backends.cpu(isa, threads);
        } catch (IllegalArgumentException e) {
            assumeFalse(isa.equals("avx2"),
                    "skipped: this processor cannot run the kernels for AVX2: " + e.getMessage());
            throw e;
        }
    }
}
