package org.catrl.reward;

import java.util.List;
import java.util.stream.IntStream;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.Rollout;
import org.catrl.flow.SampledGroup;
import org.catrl.lm.LanguageModel;
import org.catrl.lm.Scorer;

/** How sure the policy is at its own tokens, over the whole vocabulary (Intuitor, arXiv 2505.19590); reads no reference. */
public final class SelfCertaintyReward implements RewardDeriver {
    private final Scorer scorer;

    /** @param policy one that scores given texts */
    public SelfCertaintyReward(LanguageModel policy) {
        this.scorer = policy.scorer().orElseThrow(() -> new IllegalArgumentException(
                "self_certainty wants the distributions of given texts; bind it to a local model"));
    }

    @Override
    public String name() {
        return "self_certainty";
    }

    @Override
    public List<List<Reward>> score(List<SampledGroup> groups, List<PseudoReference> references, int step) {
        return groups.stream().map(group -> scorer.selfCertainty(group.prompt(), group.rollouts().stream()
                .map(Rollout::completion).toList()).stream().map(SelfCertaintyReward::reward).toList()).toList();
    }

    private static Reward reward(float[] certainty) {
        return IntStream.range(0, certainty.length).mapToDouble(i -> certainty[i]).average().stream()
                .mapToObj(mean -> Reward.of(mean, "self-certainty " + mean)).findFirst()
                .orElseGet(() -> Reward.noVerdict("no tokens"));
    }
}
