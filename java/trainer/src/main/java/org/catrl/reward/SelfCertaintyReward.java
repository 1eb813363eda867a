package org.catrl.reward;

import java.util.stream.IntStream;
import org.catrl.flow.Evidence;
import org.catrl.flow.Reward;
import org.catrl.flow.ScoredGroup;
import org.catrl.flow.TaughtGroup;
import org.catrl.lm.LanguageModel;
import org.catrl.lm.Pending;
import org.catrl.lm.Scorer.Continuation;
import org.catrl.lm.Scorer;

/**
 * How sure the policy is at its own tokens, over the whole vocabulary (Intuitor, arXiv 2505.19590); reads no reference.
 */
public final class SelfCertaintyReward implements RewardDeriver {
    private final Scorer scorer;

    /**
     * A reward by the certainty of the policy.
     *
     * @param policy one that scores given texts, or it is an {@link IllegalArgumentException}
     */
    public SelfCertaintyReward(LanguageModel policy) {
        this.scorer = policy.scorer().orElseThrow(() -> new IllegalArgumentException(
                "self_certainty wants the distributions of given texts; bind it to a local model"));
    }

    @Override
    public String name() {
        return "self_certainty";
    }

    @Override
    public Pending<ScoredGroup> score(TaughtGroup taught, int step) {
        return scorer.selfCertainty(Continuation.of(taught.group())).map(certainties -> new ScoredGroup(taught,
                certainties.stream().map(SelfCertaintyReward::reward).toList()));
    }

    private static Reward reward(float[] certainty) {
        return IntStream.range(0, certainty.length).mapToDouble(i -> certainty[i]).average().stream()
                .mapToObj(mean -> Reward.of(mean, new Evidence.Measure("self-certainty", mean))).findFirst()
                .orElseGet(() -> Reward.noVerdict("no tokens"));
    }
}
