package org.catrl.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.compute.KlEstimator;
import org.catrl.data.Prompt;
import org.catrl.data.RandomStream;
import org.catrl.flow.Rollout;
import org.catrl.flow.SampledGroup;
import org.catrl.flow.ScoredGroup;
import org.catrl.flow.WeightsVersion;
import org.catrl.generate.SamplingSettings;
import org.catrl.lm.Asked;
import org.catrl.lm.ChatSettings;
import org.catrl.lm.LanguageModel;
import org.catrl.lm.ModelSettings;
import org.catrl.model.LoraSettings;
import org.catrl.model.ModelFormatException;
import org.catrl.model.TransformerSettings;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The three verbs of an embedding program, on a tiny random model: what they promise about bits. */
class PolicyTest {
    private static final List<Prompt> PROMPTS = List.of(new Prompt(0, "Q1+2="), new Prompt(1, "Q"),
            new Prompt(2, "Q123+456+789="), new Prompt(3, "R1#2."));
    private static final SamplingSettings SAMPLING = SamplingSettings.of(0.9, 12, List.of(TinyModel.END));
    private static final GrpoConfig CONFIG = GrpoConfig.trlDefaults().toBuilder().numGenerations(4).build();
    private static final OptimizerConfig FAST = OptimizerConfig.trlDefaults().withLearningRate(3e-3);

    @TempDir
    Path folder;

    private interface Action<T> {
        T on(Policy policy) throws IOException;
    }

    @BeforeEach
    void model() throws IOException {
        TinyModel.create(folder);
    }

    @Test
    void samplerAndTrainerAgreeToTheBit() throws IOException {
        with("cpu", 2, policy -> {
            for (int step = 0; step < 3; step++) {
                List<SampledGroup> groups = policy.sample(PROMPTS, 4, SAMPLING, step);
                List<GroupLogProbs> again = policy.logProbs(groups, SAMPLING.temperature());
                for (int g = 0; g < groups.size(); g++) {
                    for (int i = 0; i < 4; i++) {
                        assertArrayEquals(groups.get(g).rollouts().get(i).completion().logProbs(),
                                again.get(g).rollouts().get(i));
                    }
                }
                assertEquals(1.0, learn(policy, groups, CONFIG).tokenMultProbError());
            }
            return null;
        });
    }

    /** The prompt is read once: an update hours later must not see another time of day. */
    @Test
    void aTemplateThatReadsTheClockIsReadOnce() throws Exception {
        Files.writeString(folder.resolve("chat_template.jinja"), "{{ strftime_now('%S') }}+{{ messages[0].content }}");
        PolicySettings chat = PolicySettings.of(7, FAST, 10).withModel(ModelSettings.of(7)
                .withChat(Optional.of(ChatSettings.PLAIN)));
        with("cpu", 1, chat, policy -> {
            List<SampledGroup> groups = policy.sample(PROMPTS, 4, SAMPLING, 0);
            float[] sampled = groups.get(1).rollouts().get(2).completion().logProbs();
            int[] read = groups.get(1).promptIds();
            tick();
            assertFalse(Arrays.equals(read, policy.sample(PROMPTS, 1, SAMPLING, 0).get(1).promptIds()),
                    "the time is read");
            assertArrayEquals(sampled, policy.logProbs(groups, SAMPLING.temperature()).get(1).rollouts().get(2));
            assertArrayEquals(sampled, policy.referenceLogProbs(groups, SAMPLING.temperature()).get(1).rollouts()
                    .get(2));
            assertEquals(0, policy.klPenalty(groups, SAMPLING.temperature(), CONFIG).meanPerToken());
            assertEquals(1.0, learn(policy, groups, CONFIG).tokenMultProbError());
            return null;
        });
    }

    private static void tick() {
        try {
            Thread.sleep(1100);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aGroupKnowsWhichWeightsDrewIt() throws IOException {
        with("cpu", 1, policy -> {
            List<SampledGroup> first = policy.sample(PROMPTS, 4, SAMPLING, 0);
            learn(policy, first, CONFIG.toBuilder().numIterations(2).build());
            SampledGroup second = policy.sample(PROMPTS, 4, SAMPLING, 1).get(0);
            assertEquals(WeightsVersion.INITIAL, first.get(0).origin().orElseThrow().weights());
            assertEquals(2, second.origin().orElseThrow().weights().updates());
            return null;
        });
    }

    @Test
    void everyRoleDrawsFromAStreamOfItsOwn() throws IOException {
        with("cpu", 1, policy -> {
            List<RandomStream> roles = List.of(RandomStream.POLICY, RandomStream.ANCHOR, RandomStream.JUDGE,
                    RandomStream.RUBRIC_WRITER, RandomStream.GRADER);
            assertEquals(roles.size(), roles.stream().map(role -> texts(policy.asLanguageModel(role), SAMPLING))
                    .distinct()
                    .count());
            assertEquals(texts(policy.anchor(RandomStream.JUDGE), SAMPLING),
                    texts(policy.asLanguageModel(RandomStream.JUDGE), SAMPLING),
                    "a stream is the role's, whoever plays it");
            return null;
        });
    }

    @Test
    void nothingButTheSettingsDecidesTheTrainedWeights() throws IOException {
        String trained = with("cpu", 1, policy -> train(policy, CONFIG, PROMPTS));
        assertEquals(trained, with("cpu", 2, policy -> train(policy, CONFIG, PROMPTS)));
        assertEquals(trained, with("cpu", 2,
                policy -> train(policy, CONFIG.toBuilder().microBatchTokens(20).build(), PROMPTS)));
        PolicySettings cramped = PolicySettings.of(7, FAST, 10).withModel(ModelSettings.of(7).withDecoding(3, 1)
                .withTransformer(new TransformerSettings(true, 1)));
        assertEquals(trained, with("cpu", 1, cramped, policy -> train(policy, CONFIG, PROMPTS)));
        PolicySettings otherSeed = PolicySettings.of(8, FAST, 10);
        assertNotEquals(trained, with("cpu", 1, otherSeed, policy -> train(policy, CONFIG, PROMPTS)));
    }

    @Test
    void anAdapterLearnsBesideAnAnchorThatCostsNothing() throws IOException {
        PolicySettings settings = adapted(2);
        Path saved = folder.resolve("adapter");
        String learned = with("cpu", 2, settings, policy -> {
            List<SampledGroup> groups = policy.sample(PROMPTS, 4, SAMPLING, 0);
            List<GroupLogProbs> before = policy.logProbs(groups, 0.9);
            UpdateMetrics metrics = learn(policy, groups, CONFIG.toBuilder().kl(0.1, KlPlacement.LOSS, KlEstimator.K3)
                    .build());
            assertEquals(1.0, metrics.tokenMultProbError());
            assertNotEquals(before.get(0).rollouts().get(0)[0], policy.logProbs(groups, 0.9).get(0).rollouts()
                    .get(0)[0]);
            assertArrayEquals(before.get(0).rollouts().get(0), policy.referenceLogProbs(groups, 0.9).get(0).rollouts()
                    .get(0));
            policy.save(saved);
            return policy.sha256();
        });
        assertEquals(learned, with("cpu", 1, settings, policy -> {
            learn(policy, policy.sample(PROMPTS, 4, SAMPLING, 0), CONFIG.toBuilder()
                    .kl(0.1, KlPlacement.LOSS, KlEstimator.K3).build());
            return policy.sha256();
        }));
        try (Backend backend = Backends.open("cpu", 1).backend();
                Policy again = Policy.open(backend, saved, PolicySettings.of(7, FAST, 10))) {
            assertEquals(learned, again.sha256());
            again.anchor();
            assertEquals(null, backend.ledger().byOwner().get("anchor weights"));
        }
        assertThrows(ModelFormatException.class, () -> {
            try (Backend backend = Backends.open("cpu", 1).backend()) {
                Policy.open(backend, saved, adapted(3)).close();
            }
        });
    }

    @Test
    void aRolloutDoesNotKnowItsNeighbours() throws IOException {
        with("cpu", 1, policy -> {
            List<SampledGroup> together = policy.sample(PROMPTS, 4, SAMPLING, 5);
            List<Prompt> reversed = new ArrayList<>(PROMPTS);
            Collections.reverse(reversed);
            SampledGroup alone = policy.sample(List.of(PROMPTS.get(2)), 4, SAMPLING, 5).get(0);
            assertSame(together.get(2), alone);
            assertSame(together.get(2), policy.sample(reversed, 4, SAMPLING, 5).get(1));
            assertNotEquals(texts(together.get(2)), texts(policy.sample(PROMPTS, 4, SAMPLING, 6).get(2)));
            float[] scoredAlone = policy.logProbs(List.of(alone), 0.9).get(0).rollouts().get(1);
            assertArrayEquals(policy.logProbs(together, 0.9).get(2).rollouts().get(1), scoredAlone);
            return null;
        });
    }

    @Test
    void theAnchorStaysWhatThePolicyWas() throws IOException {
        with("cpu", 1, policy -> {
            List<SampledGroup> groups = policy.sample(PROMPTS, 4, SAMPLING, 0);
            List<GroupLogProbs> before = policy.logProbs(groups, 0.9);
            SamplingSettings greedy = SamplingSettings.of(0, 12, List.of(TinyModel.END));
            List<Rollout> unlearned = Asked.answers(policy.asLanguageModel(), PROMPTS, greedy, 0);
            learn(policy, groups, CONFIG);
            LanguageModel anchor = policy.anchor();
            List<Rollout> anchored = Asked.answers(anchor, PROMPTS, greedy, 0);
            for (int i = 0; i < unlearned.size(); i++) {
                assertArrayEquals(unlearned.get(i).completion().logProbs(), anchored.get(i).completion().logProbs());
            }
            List<GroupLogProbs> reference = policy.referenceLogProbs(groups, 0.9);
            assertArrayEquals(before.get(1).rollouts().get(2), reference.get(1).rollouts().get(2));
            assertNotEquals(before.get(1).rollouts().get(2)[0], policy.logProbs(groups, 0.9).get(1).rollouts()
                    .get(2)[0]);
            return null;
        });
    }

    @Test
    void theAnchorDrawsItsOwnRandomNumbers() throws IOException {
        with("cpu", 1, policy -> {
            assertNotEquals(texts(policy.asLanguageModel(), SAMPLING), texts(policy.anchor(), SAMPLING));
            SamplingSettings greedy = SamplingSettings.of(0, 12, List.of(TinyModel.END));
            assertEquals(texts(policy.asLanguageModel(), greedy), texts(policy.anchor(), greedy));
            return null;
        });
    }

    @Test
    void aFolderThatChangedIsNoAnchor() throws IOException {
        with("cpu", 1, policy -> {
            learn(policy, policy.sample(PROMPTS, 4, SAMPLING, 0), CONFIG);
            policy.save(folder);
            assertTrue(assertThrows(java.io.UncheckedIOException.class, policy::anchor).getMessage()
                    .contains("have changed since the policy was opened"));
            return null;
        });
    }

    @Test
    void whatIsSavedIsTheSamePolicy() throws IOException {
        Path saved = folder.resolve("saved");
        String trained = with("cpu", 1, policy -> {
            String sha256 = train(policy, CONFIG, PROMPTS);
            policy.save(saved);
            return sha256;
        });
        try (Backend backend = Backends.open("cpu", 1).backend();
                Policy again = Policy.open(backend, saved, PolicySettings.of(7, FAST, 10))) {
            assertEquals(trained, again.sha256());
            assertEquals(4, again.sample(PROMPTS, 4, SAMPLING, 0).size());
        }
        assertTrue(Files.exists(saved.resolve("tokenizer.json")));
    }

    @Test
    void theKlTermActsInOnePlaceOnly() throws IOException {
        GrpoConfig inReward = CONFIG.toBuilder().kl(0.5, KlPlacement.REWARD, KlEstimator.K1).build();
        GrpoConfig inLoss = CONFIG.toBuilder().kl(0.5, KlPlacement.LOSS, KlEstimator.K3).build();
        String without = with("cpu", 1, policy -> train(policy, CONFIG, PROMPTS));
        assertEquals(without, with("cpu", 1, policy -> train(policy, inReward, PROMPTS)),
                "a KL term in the reward does nothing in the update");
        assertNotEquals(without, with("cpu", 1, policy -> train(policy, inLoss, PROMPTS)));
        with("cpu", 1, policy -> {
            List<SampledGroup> groups = policy.sample(PROMPTS, 4, SAMPLING, 0);
            assertEquals(0, policy.klPenalty(groups, 0.9, inReward).meanPerToken(), "before the first update");
            UpdateMetrics first = learn(policy, groups, inLoss);
            assertEquals(0, first.kl(), "before the first update");
            List<SampledGroup> later = policy.sample(PROMPTS, 4, SAMPLING, 1);
            assertNotEquals(0, policy.klPenalty(later, 0.9, inReward).meanPerToken());
            assertTrue(learn(policy, later, inLoss).kl() > 0);
            return null;
        });
    }

    @Test
    void refusesWhatCannotBeLearntFrom() throws IOException {
        with("cpu", 1, policy -> {
            List<SampledGroup> groups = policy.sample(PROMPTS, 4, SAMPLING, 0);
            Advantages advantages = Advantages.of(rewards(groups), CONFIG);
            SamplingSettings greedy = SamplingSettings.of(0, 12, List.of());
            assertRefused("temperature is 0.0; it must be above 0 in training",
                    () -> policy.update(advantages, greedy, CONFIG));
            assertRefused("mini_batches is 3; it must be a divisor of the prompts of a step, of which there are 4",
                    () -> policy.update(advantages, SAMPLING, CONFIG.toBuilder().miniBatches(3).build()));
            List<SampledGroup> written = groups.stream()
                    .map(group -> new SampledGroup(group.prompt(), group.rollouts()))
                    .toList();
            assertTrue(assertThrows(IllegalStateException.class,
                    () -> policy.update(Advantages.of(rewards(written), CONFIG),
                    SAMPLING, CONFIG)).getMessage().startsWith("the rollouts of prompt 0 were drawn by no model"));
            return null;
        });
    }

    @Test
    void aStepWhereEveryRolloutIsLeftOutChangesNothing() throws IOException {
        with("cpu", 1, policy -> {
            String before = policy.sha256();
            List<SampledGroup> groups = policy.sample(PROMPTS, 4, SAMPLING, 0);
            List<ScoredGroup> none = Scored.of(groups, rollout -> OptionalDouble.empty());
            UpdateMetrics metrics = policy.update(Advantages.of(none, CONFIG), SAMPLING, CONFIG);
            assertEquals(before, policy.sha256());
            assertTrue(Double.isNaN(metrics.entropy()), metrics.toString());
            return null;
        });
    }

    @Test
    void learnsWhatIsRewarded() throws IOException {
        PolicySettings fast = PolicySettings.of(7, FAST.withLearningRate(1e-2), 40);
        double[] rewards = with("cpu", 2, fast, policy -> {
            double[] means = new double[40];
            for (int step = 0; step < means.length; step++) {
                List<SampledGroup> groups = policy.sample(PROMPTS, 8, SAMPLING, step);
                Advantages advantages = Advantages.of(rewards(groups), CONFIG);
                means[step] = advantages.reward();
                policy.update(advantages, SAMPLING, CONFIG);
            }
            return means;
        });
        assertTrue(rewards[39] > rewards[0] + 0.3, rewards[0] + " to " + rewards[39]);
    }

    @Test
    void memoryIsTheSameAfterManySteps() throws IOException {
        try (Backend backend = Backends.open("cpu", 1).backend()) {
            long nothing = backend.ledger().total();
            try (Policy policy = Policy.open(backend, folder, PolicySettings.of(7, FAST, 10))) {
                // the longest rollouts there can be, so that no later step needs more
                SamplingSettings full = SamplingSettings.of(0.9, 12, List.of(TinyModel.VOCAB - 1));
                policy.anchor();
                TreeMap<String, Long> early = null;
                for (int step = 0; step < 30; step++) {
                    learn(policy, policy.sample(PROMPTS, 4, full, step), CONFIG);
                    early = step == 3 ? new TreeMap<>(backend.ledger().byOwner()) : early;
                }
                assertEquals(early, backend.ledger().byOwner());
            }
            assertEquals(nothing, backend.ledger().total(), "everything is given back: " + backend.ledger().byOwner());
        }
    }

    private static PolicySettings adapted(int rank) {
        return PolicySettings.of(7, FAST, 10).withModel(ModelSettings.of(7)
                .withLora(Optional.of(LoraSettings.all(rank, 8))));
    }

    private <T> T with(String backend, int threads, Action<T> action) throws IOException {
        return with(backend, threads, PolicySettings.of(7, FAST, 10), action);
    }

    private <T> T with(String name, int threads, PolicySettings settings, Action<T> action) throws IOException {
        try (Backend backend = Backends.open(name, threads).backend();
                Policy policy = Policy.open(backend, folder, settings)) {
            return action.on(policy);
        }
    }

    private static String train(Policy policy, GrpoConfig config, List<Prompt> prompts) {
        for (int step = 0; step < 3; step++) {
            learn(policy, policy.sample(prompts, 4, SAMPLING, step), config);
        }
        return policy.sha256();
    }

    private static UpdateMetrics learn(Policy policy, List<SampledGroup> groups, GrpoConfig config) {
        return policy.update(Advantages.of(rewards(groups), config), SAMPLING, config);
    }

    /** Share of even digits in a text: something a random model does by chance and can learn. */
    private static List<ScoredGroup> rewards(List<SampledGroup> groups) {
        return Scored.of(groups, PolicyTest::reward);
    }

    private static OptionalDouble reward(Rollout rollout) {
        String text = rollout.text();
        return OptionalDouble.of(text.chars().filter(c -> "02468".indexOf(c) >= 0).count()
                / (double) Math.max(1, rollout.completion().ids().length));
    }

    private static void assertSame(SampledGroup expected, SampledGroup actual) {
        assertEquals(texts(expected), texts(actual));
        for (int i = 0; i < expected.rollouts().size(); i++) {
            assertArrayEquals(expected.rollouts().get(i).completion().logProbs(),
                    actual.rollouts().get(i).completion().logProbs());
        }
    }

    private static List<String> texts(LanguageModel model, SamplingSettings sampling) {
        return Asked.answers(model, PROMPTS, sampling, 0).stream().map(Rollout::text).toList();
    }

    private static List<String> texts(SampledGroup group) {
        return group.rollouts().stream().map(Rollout::text).toList();
    }

    private static void assertRefused(String message, org.junit.jupiter.api.function.Executable action) {
        String actual = assertThrows(IllegalArgumentException.class, action).getMessage();
        assertTrue(actual.startsWith(message), actual);
    }
}
