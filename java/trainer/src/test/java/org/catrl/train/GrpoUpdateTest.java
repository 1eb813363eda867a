package org.catrl.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.compute.HeadShape;
import org.catrl.compute.KlEstimator;
import org.catrl.model.AttentionConfig;
import org.catrl.model.BoundaryTokens;
import org.catrl.model.Family;
import org.catrl.model.ModelConfig;
import org.catrl.model.PackedBatch;
import org.catrl.model.Rope;
import org.catrl.model.Transformer;
import org.catrl.model.TransformerSettings;
import org.catrl.model.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole updates of a tiny random model: what may change their bits, and what may not. */
class GrpoUpdateTest {
    private static final ModelConfig TINY = new ModelConfig(Family.QWEN3, 37, 12, 2, 20, 64,
            AttentionConfig.full(new HeadShape(4, 2, 6), Rope.of(10000)), 1e-6, true,
            new BoundaryTokens(Optional.of(1), List.of(2)));
    private static final GrpoConfig ONCE = GrpoConfig.trlDefaults();
    private static final OptimizerConfig FAST = OptimizerConfig.trlDefaults().withLearningRate(1e-2);
    private static final double TEMPERATURE = 0.7;

    private record Result(String sha256, UpdateMetrics metrics) { }

    @ParameterizedTest
    @EnumSource(LossType.class)
    void neitherThreadsNorMicroBatchesChangeABit(LossType type) {
        GrpoConfig config = ONCE.toBuilder().lossType(type).numIterations(2).miniBatches(2)
                .kl(0.1, KlPlacement.LOSS, KlEstimator.K3).build();
        Result whole = update("cpu", 1, config);
        assertEquals(whole, update("cpu", 1, config));
        assertEquals(whole, update("cpu", 2, config));
        assertEquals(whole, update("cpu", 2, config.toBuilder().microBatchTokens(1).build()));
        assertEquals(whole, update("cpu", 1, config.toBuilder().microBatchTokens(25).build()));
    }

    @Test
    void theReferenceBackendLearnsTheSame() {
        UpdateMetrics cpu = update("cpu", 1, ONCE).metrics;
        UpdateMetrics reference = update("reference", 1, ONCE).metrics;
        assertEquals(reference.policyLoss(), cpu.policyLoss(), 1e-5);
        assertEquals(reference.gradNorm(), cpu.gradNorm(), 1e-4 * reference.gradNorm());
        assertEquals(reference.entropy(), cpu.entropy(), 1e-4);
        assertEquals(update("reference", 1, ONCE), update("reference", 1,
                ONCE.toBuilder().microBatchTokens(1).build()));
    }

    @Test
    void theFirstStepIsOnPolicyExactlyAndLaterOnesAreNot() {
        UpdateMetrics first = update("cpu", 1, ONCE).metrics;
        assertEquals(1.0, first.tokenMultProbError());
        assertEquals(0, first.clipped().low() + first.clipped().high());
        UpdateMetrics several = update("cpu", 1, ONCE.toBuilder().numIterations(4).clip(0.01, 0.01).build()).metrics;
        assertEquals(1.0, several.tokenMultProbError(), "of the first optimizer step");
        assertTrue(several.clipped().low() > 0 && several.clipped().high() > 0, several.toString());
    }

    /** With ratio 1 the loss is the weighted mean of -A: lengths 2 and 4 with A = 1 and -1, as worked out by hand. */
    @Test
    void lossesOfTheFirstOnPolicyStep() {
        assertEquals(0, onPolicyLoss(LossType.GRPO), 1e-7);
        assertEquals(0.33333, onPolicyLoss(LossType.DAPO), 1e-5);
        assertEquals(0.125, onPolicyLoss(LossType.DR_GRPO), 1e-7);
    }

    @Test
    void aTemperatureOtherThanTheSamplersIsSeen() {
        Result result = run("cpu", 1, ONCE, FAST, 0.8, samples -> samples);
        assertTrue(result.metrics.tokenMultProbError() > 1.001, result.metrics.toString());
    }

    @Test
    void whatIsLeftOutChangesNothing() {
        Result without = run("cpu", 1, ONCE, FAST, TEMPERATURE, samples -> {
            samples.remove(3);
            return samples;
        });
        Result leftOut = run("cpu", 1, ONCE, FAST, TEMPERATURE, samples -> {
            samples.set(3, changed(samples.get(3), samples.get(3).advantage(), false, false));
            return samples;
        });
        assertEquals(without, leftOut);
        Result masked = run("cpu", 1, ONCE.toBuilder().lossType(LossType.GRPO).build(), FAST, TEMPERATURE, samples -> {
            samples.set(3, changed(samples.get(3), samples.get(3).advantage(), true, true));
            return samples;
        });
        assertNotEquals(without.sha256, masked.sha256, "a masked rollout still counts in the mean over rollouts");
    }

    @Test
    void theKlTermPullsTowardsTheReferenceAndIsReported() {
        GrpoConfig config = ONCE.toBuilder().kl(0.1, KlPlacement.LOSS, KlEstimator.K3).numIterations(3).build();
        UpdateMetrics metrics = update("cpu", 1, config).metrics;
        assertTrue(metrics.kl() > 0, metrics.toString());
        assertTrue(metrics.named().containsKey("kl"));
        assertTrue(Double.isNaN(update("cpu", 1, ONCE).metrics.kl()), "no KL term, no metric");
    }

    @Test
    void zeroAdvantagesMoveNothing() {
        Result result = run("cpu", 1, ONCE, FAST, TEMPERATURE, samples -> samples.stream()
                .map(sample -> changed(sample, 0, true, false)).toList());
        try (Backend backend = Backends.open("cpu", 1).backend(); Weights weights = weights(backend)) {
            assertEquals(weights.sha256(), result.sha256);
        }
        assertEquals(0, result.metrics.gradNorm());
    }

    @Test
    void whatIsNotFiniteStopsTheStepBeforeTheWeightsChange() {
        try (Backend backend = Backends.open("cpu", 1).backend(); Weights weights = weights(backend);
                Transformer transformer = new Transformer(weights, TransformerSettings.DEFAULT);
                Learner learner = learner(weights, transformer, FAST)) {
            List<Sample> samples = samples(transformer);
            Sample bad = samples.get(2);
            float[] broken = bad.oldLogProbs().clone();
            broken[1] = Float.NaN;
            samples.set(2, new Sample(bad.promptId(), bad.rollout(), bad.prompt(), bad.completion(), broken, null,
                    bad.advantage(), true, false, 0));
            String before = weights.sha256();
            NotFiniteException error = assertThrows(NotFiniteException.class, () ->
                    new GrpoUpdate(backend, learner, ONCE, TEMPERATURE, 9).run(List.of(samples)));
            assertTrue(error.getMessage().startsWith("the loss of completion token 1 of rollout 2 of prompt 0 is NaN "
                    + "at optimizer step 1"), error.getMessage());
            assertEquals(before, weights.sha256());
        }
    }

    @Test
    void clippingIsByOneGlobalNorm() {
        OptimizerConfig unclipped = new OptimizerConfig(1e-3, 0.9, 0.999, 1e-2, 0, 0, LrSchedulerType.CONSTANT, 0);
        OptimizerConfig clipped = new OptimizerConfig(1e-3, 0.9, 0.999, 1e-2, 0, 1e-3, LrSchedulerType.CONSTANT, 0);
        Result free = run("cpu", 1, ONCE, unclipped, TEMPERATURE, samples -> samples);
        Result held = run("cpu", 1, ONCE, clipped, TEMPERATURE, samples -> samples);
        assertEquals(free.metrics.gradNorm(), held.metrics.gradNorm(), "reported before clipping");
        assertNotEquals(free.sha256, held.sha256);
    }

    /** The prompt is read, not learned, and position t predicts token t + 1: log-probs of the completion only. */
    @Test
    void onlyCompletionTokensHaveALogProb() {
        try (Backend backend = Backends.open("cpu", 1).backend(); Weights weights = weights(backend);
                Transformer transformer = new Transformer(weights, TransformerSettings.DEFAULT)) {
            float[] all = logProbs(transformer, new int[] {5}, new int[] {9, 3, 7, 11});
            float[] tail = logProbs(transformer, new int[] {5, 9, 3}, new int[] {7, 11});
            assertArrayEquals(new float[] {all[2], all[3]}, tail);
            float[] changedEnd = logProbs(transformer, new int[] {5}, new int[] {9, 3, 7, 12});
            assertArrayEquals(new float[] {all[0], all[1], all[2]},
                    new float[] {changedEnd[0], changedEnd[1], changedEnd[2]}, "nothing sees what comes later");
            assertNotEquals(all[3], changedEnd[3]);
        }
    }

    private static double onPolicyLoss(LossType type) {
        GrpoConfig config = ONCE.toBuilder().lossType(type).build();
        return run("cpu", 1, config, FAST, TEMPERATURE, 8, samples -> List.of(
                changed(samples.get(0), 1, true, false), changed(samples.get(1), -1, true, false)))
                .metrics.policyLoss();
    }

    private static Sample changed(Sample sample, double advantage, boolean used, boolean masked) {
        return new Sample(sample.promptId(), sample.rollout(), sample.prompt(), sample.completion(),
                sample.oldLogProbs(), sample.reference(), advantage, used, masked, 0);
    }

    private static Result update(String backend, int threads, GrpoConfig config) {
        return run(backend, threads, config, FAST, TEMPERATURE, samples -> samples);
    }

    private static Result run(String name, int threads, GrpoConfig config, OptimizerConfig optimizer,
                              double temperature, UnaryOperator<List<Sample>> change) {
        return run(name, threads, config, optimizer, temperature, 9, change);
    }

    private static Result run(String name, int threads, GrpoConfig config, OptimizerConfig optimizer,
                              double temperature, int maxLength, UnaryOperator<List<Sample>> change) {
        try (Backend backend = Backends.open(name, threads).backend(); Weights weights = weights(backend);
                Transformer transformer = new Transformer(weights, TransformerSettings.DEFAULT);
                Learner learner = learner(weights, transformer, optimizer)) {
            List<Sample> samples = change.apply(samples(transformer));
            List<List<Sample>> groups = new ArrayList<>();
            for (int g = 0; g < 4; g++) {
                int prompt = g;
                groups.add(samples.stream().filter(sample -> sample.promptId() == prompt).toList());
            }
            UpdateTally tally = new GrpoUpdate(backend, learner, config, temperature, maxLength).run(groups);
            return new Result(weights.sha256(), tally.metrics(config.readsReference(), 0, 0, 0));
        }
    }

    private static Weights weights(Backend backend) {
        return Weights.random(backend, TINY, 5, "weights");
    }

    private static Learner learner(Weights weights, Transformer transformer, OptimizerConfig config) {
        return new Learner(weights, transformer, config, new LearningRateSchedule(config, 10));
    }

    /** Four prompts with three rollouts each, of unequal lengths (2 and 4 first); the reference is the model itself. */
    private static List<Sample> samples(Transformer transformer) {
        SplittableRandom random = new SplittableRandom(3);
        List<Sample> samples = new ArrayList<>();
        for (int g = 0; g < 4; g++) {
            int[] prompt = tokens(random, 1 + random.nextInt(6));
            for (int i = 0; i < 3; i++) {
                int length = g == 0 ? 2 + 2 * i : 1 + random.nextInt(9);
                int[] completion = tokens(random, length);
                float[] logProbs = logProbs(transformer, prompt, completion);
                samples.add(new Sample(g, i, prompt, completion, logProbs, logProbs, i - 1 + 0.1 * g, true, false, 0));
            }
        }
        return samples;
    }

    private static float[] logProbs(Transformer transformer, int[] prompt, int[] completion) {
        float[] logProbs = new float[completion.length];
        transformer.logProbs(PackedBatch.of(List.of(prompt), List.of(completion)), TEMPERATURE, logProbs, null);
        return logProbs;
    }

    private static int[] tokens(SplittableRandom random, int count) {
        return random.ints(count, 0, TINY.vocab()).toArray();
    }
}
