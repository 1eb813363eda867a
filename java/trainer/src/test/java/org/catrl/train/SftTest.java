package org.catrl.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.compute.DType;
import org.catrl.data.Example;
import org.catrl.model.TransformerSettings;
import org.junit.jupiter.api.BeforeEach;
import org.catrl.model.LoadListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SftTest {
    private static final OptimizerConfig FAST = OptimizerConfig.trlDefaults().withLearningRate(1e-2);
    private static final List<Example> BATCH = List.of(new Example("Q1+2=", "#3."), new Example("Q10+20=", "#30."),
            new Example("Q7+8=", "a15#15."));

    @TempDir
    Path folder;

    @BeforeEach
    void model() throws IOException {
        TinyModel.describe(folder);
    }

    @Test
    void learnsTheCompletions() throws IOException {
        List<Double> losses = losses("cpu", 1, 0, 60);
        assertEquals(Math.log(TinyModel.VOCAB), losses.get(0), 0.1, "a random model knows nothing");
        assertTrue(losses.get(59) < 0.3, "loss after 60 steps: " + losses.get(59));
    }

    @Test
    void neitherThreadsNorMicroBatchesChangeABit() throws IOException {
        List<Double> whole = losses("cpu", 1, 0, 3);
        assertEquals(whole, losses("cpu", 2, 1, 3));
        assertEquals(whole, losses("cpu", 1, 14, 3));
    }

    /** The loss is the mean over all completion tokens: the same example twice changes nothing, its prompt neither. */
    @Test
    void theLossIsTheMeanOverCompletionTokensOnly() throws IOException {
        double once = firstLoss(List.of(BATCH.get(0)));
        assertEquals(once, firstLoss(List.of(BATCH.get(0), BATCH.get(0))), 1e-12);
        double longer = firstLoss(List.of(BATCH.get(2)));
        assertEquals((3 * once + 7 * longer) / 10, firstLoss(List.of(BATCH.get(0), BATCH.get(2))), 1e-9);
    }

    @Test
    void theSavedFolderIsComplete() throws IOException {
        Path saved = folder.resolve("saved");
        SftSettings settings = settings(0);
        try (Backend backend = Backends.open("cpu", 1).backend();
                Sft sft = Sft.fromRandom(backend, folder, 7, settings)) {
            String random = sft.sha256();
            sft.step(BATCH);
            assertNotEquals(random, sft.sha256());
            sft.save(saved);
            assertTrue(Files.exists(saved.resolve("tokenizer.json")));
            try (Sft again = Sft.fromWeights(backend, saved, 1, settings, LoadListener.NONE)) {
                assertEquals(sft.sha256(), again.sha256());
            }
        }
    }

    @Test
    void refusesAnExampleLongerThanTheContext() throws IOException {
        try (Backend backend = Backends.open("cpu", 1).backend();
                Sft sft = Sft.fromRandom(backend, folder, 7, settings(0))) {
            Example example = new Example("Q" + "1".repeat(TinyModel.POSITIONS), "#1.");
            assertTrue(assertThrows(IllegalArgumentException.class, () -> sft.step(List.of(example))).getMessage()
                    .startsWith("an example of 68 tokens is longer than the model's context of 64"));
        }
    }

    private double firstLoss(List<Example> batch) throws IOException {
        try (Backend backend = Backends.open("reference", 1).backend();
                Sft sft = Sft.fromRandom(backend, folder, 7, settings(0))) {
            return sft.step(batch).loss();
        }
    }

    private List<Double> losses(String name, int threads, int microBatchTokens, int steps) throws IOException {
        List<Double> losses = new ArrayList<>();
        try (Backend backend = Backends.open(name, threads).backend();
                Sft sft = Sft.fromRandom(backend, folder, 7, settings(microBatchTokens))) {
            for (int step = 0; step < steps; step++) {
                losses.add(sft.step(BATCH).loss());
            }
        }
        return losses;
    }

    private static SftSettings settings(int microBatchTokens) {
        return new SftSettings(FAST, 60, microBatchTokens, TransformerSettings.DEFAULT, DType.F32,
                Optional.empty(), Optional.empty(), false);
    }
}
