package org.catrl.reward;

import java.util.Optional;
import org.catrl.flow.Evidence;
import org.catrl.flow.Reward;
import org.catrl.flow.Rollout;
import org.catrl.flow.ScoredGroup;
import org.catrl.flow.TaughtGroup;
import org.catrl.lm.Pending;

/**
 * Answer equivalence scaled by length: being right is worth more the shorter it is said, being wrong costs less the
 * longer was thought (arXiv 2502.03373).
 *
 * @param answer    the reward that says what is right
 * @param maxLength tokens at which the scale ends
 * @param minWrong  the reward of a wrong completion without length
 * @param maxWrong  the reward of a wrong completion of that many tokens
 * @param minRight  the reward of a right completion of that many tokens
 * @param maxRight  the reward of a right completion without length
 */
public record CosineReward(AnswerReward answer, int maxLength, double minWrong, double maxWrong, double minRight,
                           double maxRight) implements RewardDeriver {
    @Override
    public String name() {
        return "cosine_scaled";
    }

    @Override
    public Pending<ScoredGroup> score(TaughtGroup taught, int step) {
        return Pending.of(new ScoredGroup(taught, taught.group().rollouts().stream()
                .map(rollout -> scaled(rollout, taught.reference().answer())).toList()));
    }

    private Reward scaled(Rollout rollout, Optional<String> reference) {
        Reward reward = answer.reward(rollout, reference);
        int length = rollout.completion().ids().length;
        return reward.value().isEmpty() ? reward : Reward.of(CompletionReward.cosine(reward.value().getAsDouble() > 0,
                length, maxLength, minWrong, maxWrong, minRight, maxRight),
                new Evidence.ScaledByLength(reward.evidence(), length));
    }
}
