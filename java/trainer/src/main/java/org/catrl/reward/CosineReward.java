package org.catrl.reward;

import java.util.ArrayList;
import java.util.List;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.SampledGroup;

/**
 * Answer equivalence scaled by length: being right is worth more the shorter it is said, being wrong costs less the longer
 * was thought (arXiv 2502.03373).
 *
 * @param answer    who says what is right
 * @param maxLength tokens at which the scale ends
 */
public record CosineReward(AnswerReward answer, int maxLength, double minWrong, double maxWrong, double minRight,
                           double maxRight) implements RewardDeriver {
    @Override
    public String name() {
        return "cosine_scaled";
    }

    @Override
    public List<List<Reward>> score(List<SampledGroup> groups, List<PseudoReference> references, int step) {
        List<List<Reward>> answers = answer.score(groups, references, step);
        List<List<Reward>> scaled = new ArrayList<>();
        for (int at = 0; at < groups.size(); at++) {
            List<Reward> own = new ArrayList<>();
            for (int rollout = 0; rollout < answers.get(at).size(); rollout++) {
                Reward reward = answers.get(at).get(rollout);
                int length = groups.get(at).rollouts().get(rollout).completion().ids().length;
                own.add(reward.value().isEmpty() ? reward : Reward.of(CompletionReward.cosine(
                        reward.value().getAsDouble() > 0, length, maxLength, minWrong, maxWrong, minRight, maxRight),
                        reward.evidence() + ", " + length + " tokens"));
            }
            scaled.add(own);
        }
        return scaled;
    }
}
