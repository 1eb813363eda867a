package org.catrl.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.catrl.compute.KlEstimator;
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
        double[] advantages = Advantages.of(rewards(new double[] {0.1, 0.1, 0.1}), SMALL).values().get(0);
        assertArrayEquals(new double[] {0, 0, 0}, advantages, 0);
    }

    @Test
    void aRolloutWithoutVerdictIsNotInTheMeanAndHasNoAdvantage() {
        check(TRL, new double[] {1, NO, 0, 1}, 0.577250, 0, -1.154501, 0.577250);
        check(TRL, new double[] {1, NO, NO, NO}, 0, 0, 0, 0);
        Advantages advantages = Advantages.of(rewards(new double[] {1, NO, 0, 1}, new double[] {1, 1, 1, 1}), TRL);
        assertEquals(1, advantages.noVerdicts());
        assertEquals(6.0 / 7, advantages.reward(), 1e-12);
        assertArrayEquals(new boolean[] {true, false, true, true}, advantages.used().get(0));
        assertArrayEquals(new boolean[] {true, true, true, true}, advantages.used().get(1));
    }

    @Test
    void policiesForMissingVerdicts() {
        assertUsed(NoVerdictPolicy.SKIP, true, false, true);
        assertUsed(NoVerdictPolicy.ZERO, true, true, true);
        assertUsed(NoVerdictPolicy.SKIP_GROUP, false, false, false);
    }

    @Test
    void scalesByTheBatchOrNotAtAll() {
        List<List<OptionalDouble>> rewards = rewards(new double[] {1, 0, 0, 0}, new double[] {1, 1, 1, 0});
        Advantages batch = Advantages.of(rewards, TRL.toBuilder().scaleRewards(ScaleRewards.BATCH).build());
        assertArrayEquals(new double[] {1.402859, -0.467620, -0.467620, -0.467620}, batch.values().get(0), 2e-6);
        assertArrayEquals(new double[] {0.467620, 0.467620, 0.467620, -1.402859}, batch.values().get(1), 2e-6);
        Advantages none = Advantages.of(rewards, TRL.toBuilder().scaleRewards(ScaleRewards.NONE).build());
        assertArrayEquals(new double[] {0.75, -0.25, -0.25, -0.25}, none.values().get(0), 1e-12);
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
        List<List<OptionalDouble>> equal = rewards(new double[] {1, 1});
        assertArrayEquals(new double[] {0.697246, -0.697246}, inReward(penalty, equal, ZeroSpreadPolicy.KEEP), 1e-6);
        assertArrayEquals(new double[] {0, 0}, inReward(penalty, equal, ZeroSpreadPolicy.ZERO), 0);
        Advantages skipped = Advantages.of(equal, penalty, klInReward(ZeroSpreadPolicy.SKIP));
        assertArrayEquals(new boolean[] {false, false}, skipped.used().get(0));
        assertEquals(1, skipped.fracRewardZeroStd());
        assertEquals(1, skipped.reward(), "the metric is the task's reward");
    }

    @Test
    void theKlPenaltySumsOverTokens() {
        List<List<float[]>> old = List.of(List.of(new float[] {-1, -1, -1}, new float[] {-2}));
        List<List<float[]>> reference = List.of(List.of(new float[] {0, -15, -30}, new float[] {-2}));
        KlPenalty k1 = KlPenalty.of(old, reference, KlEstimator.K1);
        assertArrayEquals(new double[] {42, 0}, k1.perRollout().get(0), 1e-9);
        assertEquals(10.5, k1.meanPerToken(), 1e-9);
        assertEquals(519, KlPenalty.of(old, reference, KlEstimator.K2).perRollout().get(0)[0], 1e-9);
        assertEquals(41.718283, KlPenalty.of(old, reference, KlEstimator.K3).perRollout().get(0)[0], 2e-6);
    }

    private static double[] inReward(KlPenalty penalty, List<List<OptionalDouble>> rewards, ZeroSpreadPolicy policy) {
        Advantages advantages = Advantages.of(rewards, penalty, klInReward(policy));
        assertTrue(advantages.used().get(0)[0]);
        return advantages.values().get(0);
    }

    private static GrpoConfig klInReward(ZeroSpreadPolicy policy) {
        return TRL.toBuilder().kl(1e-3, KlPlacement.REWARD, KlEstimator.K1).zeroSpreadPolicy(policy).build();
    }

    private static void assertUsed(NoVerdictPolicy policy, boolean... expected) {
        GrpoConfig config = TRL.toBuilder().noVerdictPolicy(policy).build();
        assertArrayEquals(expected, Advantages.of(rewards(new double[] {1, NO, 0}), config).used().get(0));
    }

    private static void check(GrpoConfig config, double[] rewards, double... expected) {
        assertArrayEquals(expected, Advantages.of(rewards(rewards), config).values().get(0), 1e-6);
    }

    static List<List<OptionalDouble>> rewards(double[]... groups) {
        return Arrays.stream(groups).map(group -> Arrays.stream(group)
                .mapToObj(r -> Double.isNaN(r) ? OptionalDouble.empty() : OptionalDouble.of(r)).toList()).toList();
    }
}
