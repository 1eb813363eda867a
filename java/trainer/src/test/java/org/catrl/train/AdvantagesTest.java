package org.catrl.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.catrl.compute.KlEstimator;
import org.catrl.data.Prompt;
import org.catrl.flow.Rollout;
import org.catrl.flow.SampledGroup;
import org.catrl.flow.ScoredGroup;
import org.catrl.generate.Completion;
import org.catrl.generate.Finish;
import org.junit.jupiter.api.Test;

/** Advantages worked out by hand; a NaN stands for a rollout without a verdict. */
class AdvantagesTest {
    private static final double NO = Double.NaN;
    private static final GrpoConfig TRL = GrpoConfig.trlDefaults();
    private static final GrpoConfig SMALL = TRL.toBuilder().advantageEpsilon(1e-6).build();

    @Test
    void standardisesWithinTheGroup() {
        check(TRL, new double[] {2, 2}, 0, 0);
        check(TRL, new double[] {1, 3}, -0.707057, 0.707057);
        check(SMALL, new double[] {1, 3}, -0.707106, 0.707106);
        check(TRL, new double[] {0, 2, 4}, -0.99995, 0, 0.99995);
        check(TRL, new double[] {1, 0, 0, 0}, 1.4997, -0.4999, -0.4999, -0.4999);
        check(TRL, new double[] {1, 1, 0, 0}, 0.865875, 0.865875, -0.865875, -0.865875);
        check(TRL, new double[] {0, 0, 0, 1, 1, 1, 1, 1}, -1.207381, -1.207381, -1.207381, 0.724429, 0.724429,
                0.724429, 0.724429, 0.724429);
        check(TRL, new double[] {1, 1.01}, -0.697246, 0.697246);
        check(SMALL, new double[] {1, 1.01}, -0.707007, 0.707007);
    }

    @Test
    void equalRewardsGiveExactlyZeroWhateverTheyRoundTo() {
        double[] advantages = Advantages.of(rewards(new double[] {0.1, 0.1, 0.1}), SMALL).groups().get(0).values();
        assertArrayEquals(new double[] {0, 0, 0}, advantages, 0);
    }

    @Test
    void aRolloutWithoutVerdictIsNotInTheMeanAndHasNoAdvantage() {
        check(TRL, new double[] {1, NO, 0, 1}, 0.577250, 0, -1.154501, 0.577250);
        check(TRL, new double[] {1, NO, NO, NO}, 0, 0, 0, 0);
        Advantages advantages = Advantages.of(rewards(new double[] {1, NO, 0, 1}, new double[] {1, 1, 1, 1}), TRL);
        assertEquals(1, advantages.noVerdicts());
        assertEquals(6.0 / 7, advantages.reward(), 1e-12);
        assertArrayEquals(new boolean[] {true, false, true, true}, advantages.groups().get(0).used());
        assertArrayEquals(new boolean[] {true, true, true, true}, advantages.groups().get(1).used());
    }

    @Test
    void policiesForMissingVerdicts() {
        assertUsed(NoVerdictPolicy.SKIP, true, false, true);
        assertUsed(NoVerdictPolicy.ZERO, true, true, true);
        assertUsed(NoVerdictPolicy.SKIP_GROUP, false, false, false);
    }

    @Test
    void scalesByTheBatchOrNotAtAll() {
        List<ScoredGroup> rewards = rewards(new double[] {1, 0, 0, 0}, new double[] {1, 1, 1, 0});
        Advantages batch = Advantages.of(rewards, TRL.toBuilder().scaleRewards(ScaleRewards.BATCH).build());
        assertArrayEquals(new double[] {1.402859, -0.467620, -0.467620, -0.467620}, batch.groups().get(0).values(),
                2e-6);
        assertArrayEquals(new double[] {0.467620, 0.467620, 0.467620, -1.402859}, batch.groups().get(1).values(), 2e-6);
        Advantages none = Advantages.of(rewards, TRL.toBuilder().scaleRewards(ScaleRewards.NONE).build());
        assertArrayEquals(new double[] {0.75, -0.25, -0.25, -0.25}, none.groups().get(0).values(), 1e-12);
    }

    @Test
    void countsGroupsWithoutSpread() {
        Advantages advantages = Advantages.of(rewards(new double[] {1, 1}, new double[] {1, 3}), TRL);
        assertEquals(0.5, advantages.fracRewardZeroStd());
        assertEquals(Math.sqrt(2) / 2, advantages.rewardStd(), 1e-12);
        assertEquals(1.5, advantages.reward(), 1e-12);
    }

    @Test
    void aKlPenaltyMakesASpreadThatThePolicyDecidesOn() {
        KlPenalty penalty = new KlPenalty(List.of(new double[] {0, 10}), 1);
        List<ScoredGroup> equal = rewards(new double[] {1, 1});
        assertArrayEquals(new double[] {0.697246, -0.697246}, inReward(penalty, equal, ZeroSpreadPolicy.KEEP), 1e-6);
        assertArrayEquals(new double[] {0, 0}, inReward(penalty, equal, ZeroSpreadPolicy.ZERO), 0);
        Advantages skipped = Advantages.of(equal, Optional.of(penalty), klInReward(ZeroSpreadPolicy.SKIP));
        assertArrayEquals(new boolean[] {false, false}, skipped.groups().get(0).used());
        assertEquals(1, skipped.fracRewardZeroStd());
        assertEquals(1, skipped.reward(), "the metric is the task's reward");
    }

    @Test
    void theKlPenaltySumsOverTokens() {
        SampledGroup old = new SampledGroup(new Prompt(0, ""), List.of(rollout(-1, -1, -1), rollout(-2)));
        List<GroupLogProbs> reference =
                List.of(new GroupLogProbs(old, List.of(new float[] {0, -15, -30}, new float[] {-2})));
        KlPenalty k1 = KlPenalty.of(reference, KlEstimator.K1);
        assertArrayEquals(new double[] {42, 0}, k1.groups().get(0), 1e-9);
        assertEquals(10.5, k1.meanPerToken(), 1e-9);
        assertEquals(519, KlPenalty.of(reference, KlEstimator.K2).groups().get(0)[0], 1e-9);
        assertEquals(41.718283, KlPenalty.of(reference, KlEstimator.K3).groups().get(0)[0], 2e-6);
    }

    private static double[] inReward(KlPenalty penalty, List<ScoredGroup> rewards, ZeroSpreadPolicy policy) {
        Advantages advantages = Advantages.of(rewards, Optional.of(penalty), klInReward(policy));
        assertTrue(advantages.groups().get(0).used()[0]);
        return advantages.groups().get(0).values();
    }

    private static GrpoConfig klInReward(ZeroSpreadPolicy policy) {
        return TRL.toBuilder().kl(1e-3, KlPlacement.REWARD, KlEstimator.K1).zeroSpreadPolicy(policy).build();
    }

    private static void assertUsed(NoVerdictPolicy policy, boolean... expected) {
        GrpoConfig config = TRL.toBuilder().noVerdictPolicy(policy).build();
        assertArrayEquals(expected, Advantages.of(rewards(new double[] {1, NO, 0}), config).groups().get(0).used());
    }

    private static void check(GrpoConfig config, double[] rewards, double... expected) {
        assertArrayEquals(expected, Advantages.of(rewards(rewards), config).groups().get(0).values(), 1e-6);
    }

    private static Rollout rollout(float... logProbs) {
        return new Rollout("", new Completion(new int[logProbs.length], logProbs, Finish.STOP_TOKEN));
    }

    static List<ScoredGroup> rewards(double[]... groups) {
        return Arrays.stream(groups).map(group -> Scored.of(new SampledGroup(new Prompt(0, ""),
                Collections.nCopies(group.length, rollout())), Arrays.stream(group)
                .mapToObj(r -> Double.isNaN(r) ? OptionalDouble.empty() : OptionalDouble.of(r)).toList())).toList();
    }
}
