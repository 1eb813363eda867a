package org.catrl.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.catrl.aggregate.Aggregator;
import org.catrl.aggregate.Rollouts;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.data.Prompt;
import org.catrl.data.Prompts;
import org.catrl.flow.Evidence;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.Reward;
import org.catrl.flow.ScoredGroup;
import org.catrl.flow.TaughtGroup;
import org.catrl.generate.SamplingSettings;
import org.catrl.lm.Pending;
import org.catrl.reward.RewardDeriver;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One step of the loop, with slots written by hand. */
class TrainerTest {
    private static final Prompts PROMPTS = (step, count) -> IntStream.range(0, count)
            .mapToObj(place -> new Prompt(step * count + place, "Q" + place + "=")).toList();

    @TempDir
    Path folder;

    private final List<Integer> scored = new ArrayList<>();
    private final Set<Integer> voters = new HashSet<>();
    private int votes = 4;
    private String before;
    private String after;

    @BeforeEach
    void model() throws IOException {
        TinyModel.create(folder);
    }

    @Test
    void aGroupWhoseReferenceAbstainedIsNeitherScoredNorLearned() throws IOException {
        StepReport report = step(1, Set.of(5));
        assertEquals(List.of(4, 6, 7), scored, "prompts of step 1 whose reference was given");
        assertTrue(report.groups().get(1).rewards().stream().allMatch(reward -> reward.value().isEmpty()));
        assertEquals("no idea", report.groups().get(1).rewards().get(0).evidence().text());
        assertEquals(List.of(7.0, 7.0, 7.0, 7.25), report.groups().get(3).rewards().stream()
                .map(reward -> reward.value().getAsDouble()).toList(), "each group keeps its own rewards");
        assertEquals(0.25, report.metrics().get("cat/abstained"));
        assertEquals(4.0, report.metrics().get("no_verdicts"));
        assertNotEquals(before, after);
    }

    @Test
    void aStepInWhichEveryReferenceAbstainedMovesNoWeight() throws IOException {
        StepReport report = step(0, Set.of(0, 1, 2, 3));
        assertEquals(List.of(), scored);
        assertEquals(1.0, report.metrics().get("cat/abstained"));
        assertEquals(before, after);
    }

    @Test
    void aStepIsLoggedUnderTheNamesOfTheField() throws IOException {
        StepReport report = step(0, Set.of());
        for (String name : List.of("reward", "reward_std", "frac_reward_zero_std", "rewards/place/mean",
                "completions/mean_length", "completions/clipped_ratio", "cat/majority_ratio", "entropy", "policy_loss",
                "grad_norm", "learning_rate", "timing_s/rollout", "timing_s/aggregate", "timing_s/reward",
                "timing_s/update", "step_time", "perf/tokens_per_second")) {
            assertTrue(Double.isFinite(report.metrics().get(name)), name + " is " + report.metrics().get(name));
        }
        assertEquals(1.0, report.metrics().get("sampling/token_mult_prob_error"));
        double tokens = report.groups().stream().flatMap(group -> group.group().rollouts().stream())
                .mapToInt(rollout -> rollout.completion().ids().length).average().getAsDouble();
        assertEquals(tokens, report.metrics().get("completions/mean_length"));
    }

    @Test
    void manyVoteAndFewAreLearnedFrom() throws IOException {
        votes = 7;
        StepReport report = step(0, Set.of());
        assertEquals(Set.of(7), voters, "what the aggregator saw");
        assertTrue(report.groups().stream().allMatch(group -> group.group().rollouts().size() == 4));
        votes = 4;
        assertEquals(report.groups().get(2).group().rollouts().get(3).text(),
                step(0, Set.of()).groups().get(2).group().rollouts().get(3).text(), "the first four are the same four");
    }

    /** @param silent prompts whose reference abstains */
    private StepReport step(int step, Set<Integer> silent) throws IOException {
        OptimizerConfig fast = OptimizerConfig.trlDefaults().withLearningRate(3e-3);
        try (Backend backend = Backends.open("cpu", 1).backend();
             Policy policy = Policy.open(backend, folder, PolicySettings.of(3, fast, 10))) {
            before = policy.sha256();
            StepReport report = new Trainer(policy, PROMPTS, aggregator(silent), new PlaceReward(),
                    Rollouts.AFTER_HASH, settings()).step(step);
            after = policy.sha256();
            return report;
        }
    }

    private TrainerSettings settings() {
        return new TrainerSettings(4, votes, SamplingSettings.of(1, 12, List.of(TinyModel.END)),
                GrpoConfig.trlDefaults().toBuilder().numGenerations(4).build());
    }

    private Aggregator aggregator(Set<Integer> silent) {
        return (group, step) -> {
            voters.add(group.rollouts().size());
            return Pending.of(silent.contains(group.prompt().id()) ? PseudoReference.abstain("test", 4, "no idea")
                    : new PseudoReference("", Optional.of("1"), "test", List.of(), 1, Optional.empty()));
        };
    }

    /** The prompt's id, and a quarter more for the last rollout. */
    private final class PlaceReward implements RewardDeriver {
        @Override
        public String name() {
            return "place";
        }

        @Override
        public Pending<ScoredGroup> score(TaughtGroup taught, int step) {
            int id = taught.group().prompt().id();
            scored.add(id);
            return Pending.of(new ScoredGroup(taught, IntStream.range(0, 4).mapToObj(place ->
                    Reward.of(id + (place == 3 ? 0.25 : 0), new Evidence.Note("by place"))).toList()));
        }
    }
}
