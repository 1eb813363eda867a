package org.catrl.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.catrl.data.Prompt;
import org.catrl.generate.Completion;
import org.catrl.generate.Finish;
import org.junit.jupiter.api.Test;

/** What a reward rests on, as the run's record says it. */
class EvidenceTest {
    private static Verdict verdict(Optional<Boolean> met, String reply) {
        return new Verdict(met, reply, Usage.ONE_CALL);
    }

    @Test
    void aRubricIsToldCriterionByCriterion() {
        CheckedRubric rubric = new CheckedRubric(List.of(new Criterion("has ice", 2),
                new Criterion("is rude", -1, true),
                new Criterion("has rest", 1)), 4, 1, 0, List.of(), "raw");
        assertEquals("""
                yes (2.0): has ice <- <yes>
                no (-1.0, veto): is rude <- no
                no verdict (1.0): has rest <- hm
                """, new Evidence.ByRubric(rubric, List.of(verdict(Optional.of(true), " <yes> "),
                verdict(Optional.of(false), "no"), verdict(Optional.empty(), "hm"))).text());
        assertEquals("the rubric has 3 usable criteria of 4; it needs 5: raw",
                new Evidence.UnusableRubric(rubric, 5).text());
    }

    @Test
    void everyPartOfASumIsTold() {
        Reward right = Reward.of(1, new Evidence.Agreement(Optional.of("7"), "07", true));
        Reward cut = Reward.noVerdict("too long");
        assertEquals("answer: answer 7 agrees with 07, 3 tokens\nlikelihood: too long\n", new Evidence.Weighted(List.of(
                new Evidence.Weighted.Part("answer", 1,
                Reward.of(0.5, new Evidence.ScaledByLength(right.evidence(), 3))),
                new Evidence.Weighted.Part("likelihood", 0.2, cut))).text());
    }

    @Test
    void usageAddsUp() {
        Usage network = new Usage(1, List.of(0.5), 2);
        assertEquals(new Usage(3, List.of(0.5, 0.5), 4), network.plus(Usage.ONE_CALL).plus(network));
        assertEquals(network, Usage.NONE.plus(network));
    }

    @Test
    void everyRolloutHasAReward() {
        Rollout rollout = new Rollout("a", new Completion(new int[1], new float[0], Finish.LENGTH));
        SampledGroup group = new SampledGroup(new Prompt(7, "q"), List.of(rollout, rollout));
        TaughtGroup taught = new TaughtGroup(group, PseudoReference.abstain("test", 2, "no"));
        assertEquals("rewards are 1; there must be one for each of the 2 rollouts of prompt 7",
                assertThrows(IllegalArgumentException.class,
                () -> new ScoredGroup(taught, List.of(Reward.noVerdict("no"))))
                        .getMessage());
        assertEquals(1, taught.first(1).group().rollouts().size());
        assertTrue(assertThrows(IllegalStateException.class, group::promptIds).getMessage().contains("prompt 7"));
    }
}
