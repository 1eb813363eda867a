package org.catrl.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
import java.util.OptionalDouble;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.compute.DType;
import org.catrl.compute.KlEstimator;
import org.catrl.data.Example;
import org.catrl.data.Prompt;
import org.catrl.flow.SampledGroup;
import org.catrl.generate.SamplingSettings;
import org.catrl.lm.ModelSettings;
import org.catrl.model.LoadListener;
import org.catrl.model.LoraSettings;
import org.catrl.model.ModelFormatException;
import org.catrl.model.TransformerSettings;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes on from a snapshot is to the bit what would have been without it. */
class SnapshotTest {
    private static final List<Prompt> PROMPTS = List.of(new Prompt(0, "Q1+2="), new Prompt(1, "Q"),
            new Prompt(2, "Q123+456="), new Prompt(3, "R1#2."));
    private static final SamplingSettings SAMPLING = SamplingSettings.of(0.9, 8, List.of(TinyModel.END));
    private static final OptimizerConfig LEARNING = new OptimizerConfig(3e-3, 0.9, 0.99, 1e-8, 0.01, 1,
            LrSchedulerType.COSINE, 2);
    private static final GrpoConfig GRPO = GrpoConfig.trlDefaults().toBuilder().numGenerations(4).numIterations(2)
            .miniBatches(2).kl(0.1, KlPlacement.LOSS, KlEstimator.K3).build();
    private static final int STEPS = 4;
    private static final int SAVED = 2;

    @TempDir
    Path folder;

    /** The steps of a run from one on; what is told of each. */
    private record Told(List<String> steps, String sha256) { }

    @BeforeEach
    void model() throws IOException {
        TinyModel.create(folder);
    }

    @ParameterizedTest
    @CsvSource({"F32, false", "BF16, false", "F32, true", "BF16, true"})
    void theNextStepsAreThoseOfTheUndisturbedRun(DType storage, boolean adapter) throws Exception {
        PolicySettings settings = settings(storage, adapter);
        Path saved = folder.resolve("saved");
        Told undisturbed;
        try (Backend backend = open(); Policy policy = Policy.open(backend, folder, settings)) {
            steps(policy, 0, SAVED);
            Snapshot snapshot = policy.snapshot();
            undisturbed = steps(policy, SAVED, STEPS);
            onAnotherThread(() -> snapshot.save(saved)); // after the steps: what is saved is from before them
        }
        try (Backend backend = open(); Policy policy = Policy.open(backend, folder, settings)) {
            policy.restore(saved);
            assertEquals(SAVED * 4, policy.version().updates());
            assertEquals(undisturbed, steps(policy, SAVED, STEPS));
        }
        if (!adapter && storage == DType.F32) {
            try (Backend backend = open(); Policy fresh = Policy.open(backend, saved, settings)) {
                assertNotEquals(undisturbed, steps(fresh, SAVED, STEPS), "the moments make no difference");
            }
        }
    }

    private static PolicySettings settings(DType storage, boolean adapter) {
        ModelSettings model = ModelSettings.of(7).withStorage(storage).withLora(adapter
                ? Optional.of(LoraSettings.all(2, 8)) : Optional.empty());
        return PolicySettings.of(7, LEARNING, STEPS * 4).withModel(model);
    }

    private static Backend open() {
        return Backends.cpu(null, 2);
    }

    private static Told steps(Policy policy, int from, int to) {
        List<String> told = new ArrayList<>();
        for (int step = from; step < to; step++) {
            List<SampledGroup> groups = policy.sample(PROMPTS, 4, SAMPLING, step);
            UpdateMetrics metrics = policy.update(Advantages.of(Scored.of(groups, rollout -> OptionalDouble.of(
                    rollout.text().chars().filter(c -> "02468".indexOf(c) >= 0).count())), GRPO), SAMPLING, GRPO);
            told.add(metrics.policyLoss() + " " + metrics.kl() + " " + metrics.gradNorm() + " " + metrics.learningRate()
                    + " " + metrics.numTokens());
        }
        return new Told(told, policy.sha256());
    }

    private interface Action {
        void run() throws IOException;
    }

    private static void onAnotherThread(Action action) throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            other.submit(() -> {
                action.run();
                return null;
            }).get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } finally {
            other.shutdownNow();
        }
    }

    @Test
    void theAnchorStaysWhatItWas() throws IOException {
        Path saved = folder.resolve("saved");
        try (Backend backend = open(); Policy policy = Policy.open(backend, folder, settings(DType.F32, false))) {
            List<SampledGroup> groups = policy.sample(PROMPTS, 4, SAMPLING, 0);
            float[] before = policy.logProbs(groups, 0.9).get(0).rollouts().get(0);
            steps(policy, 0, SAVED);
            policy.snapshot().save(saved);
            try (Policy again = Policy.open(backend, folder, settings(DType.F32, false))) {
                again.restore(saved);
                assertArrayEquals(before, again.referenceLogProbs(groups, 0.9).get(0).rollouts().get(0));
                assertNotEquals(before[0], again.logProbs(groups, 0.9).get(0).rollouts().get(0)[0]);
            }
        }
    }

    @Test
    void supervisedTrainingGoesOnToo() throws IOException {
        Path saved = folder.resolve("saved");
        SftSettings settings = new SftSettings(LEARNING, STEPS, 0, TransformerSettings.DEFAULT, DType.F32,
                Optional.empty(), Optional.empty(), false);
        List<Example> batch = List.of(new Example("Q1+2=", "#3."), new Example("Q10+20=", "#30."));
        List<Double> losses = new ArrayList<>();
        try (Backend backend = open();
                Sft sft = Sft.fromWeights(backend, folder, 1, settings, LoadListener.NONE)) {
            for (int step = 0; step < STEPS; step++) {
                losses.add(sft.step(batch).loss());
                if (step == 1) {
                    sft.snapshot().save(saved);
                }
            }
            try (Sft again = Sft.fromWeights(backend, folder, 1, settings, LoadListener.NONE)) {
                again.restore(saved);
                assertEquals(2, again.steps());
                assertEquals(losses.subList(2, 4), List.of(again.step(batch).loss(), again.step(batch).loss()));
                assertEquals(sft.sha256(), again.sha256());
            }
        }
    }

    @Test
    void aSnapshotIsGoodUntilTheNextIsTaken() throws IOException {
        Snapshot last;
        try (Backend backend = open(); Policy policy = Policy.open(backend, folder, settings(DType.F32, false))) {
            policy.prepareSnapshots();
            long prepared = backend.ledger().byOwner().get("checkpoint");
            Snapshot first = policy.snapshot();
            last = policy.snapshot();
            assertEquals(prepared, backend.ledger().byOwner().get("checkpoint"), "the memory is used again");
            assertTrue(assertThrows(IllegalStateException.class, () -> first.save(folder.resolve("first"))).getMessage()
                    .contains("number 2 was taken since"));
            last.save(folder.resolve("last"));
            assertEquals(Files.getPosixFilePermissions(Files.createFile(folder.resolve("any"))),
                    Files.getPosixFilePermissions(folder.resolve("last/optimizer.safetensors")));
            policy.close();
            assertEquals(null, backend.ledger().byOwner().get("checkpoint"));
        }
        assertTrue(assertThrows(IllegalStateException.class, () -> last.save(folder.resolve("late"))).getMessage()
                .contains("has been closed"));
    }

    @Test
    void whatDoesNotFitIsRefusedByTheNameOfItsFile() throws IOException {
        Path saved = folder.resolve("saved");
        Path adapter = folder.resolve("adapter");
        try (Backend backend = open(); Policy policy = Policy.open(backend, folder, settings(DType.F32, false));
                Policy adapted = Policy.open(backend, folder, settings(DType.F32, true))) {
            steps(policy, 0, 1);
            policy.snapshot().save(saved);
            adapted.snapshot().save(adapter);
            String before = policy.sha256();
            assertRefused(policy, adapter, "optimizer.safetensors: lacks tensor model.embed_tokens.weight.exp_avg");
            assertRefused(adapted, saved, "optimizer.safetensors: lacks tensor base_model.model.");
            Files.move(saved.resolve("optimizer.safetensors"), saved.resolve("kept"));
            assertRefused(policy, saved, "optimizer.safetensors: there is no such file");
            Files.move(saved.resolve("kept"), saved.resolve("optimizer.safetensors"));
            Files.delete(saved.resolve("model.safetensors"));
            assertRefused(policy, saved, "model.safetensors: there is no such file");
            assertEquals(before, policy.sha256());
        }
    }

    private static void assertRefused(Policy policy, Path checkpoint, String said) {
        String message = assertThrows(ModelFormatException.class, () -> policy.restore(checkpoint)).getMessage();
        assertTrue(message.startsWith(checkpoint + "/" + said), message);
    }
}
