package org.catrl.reward;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.Rollout;
import org.catrl.flow.SampledGroup;
import org.catrl.text.AnswerFormat;

/**
 * The reward of verifiable tasks: 1 when a rollout's final answer is the reference's in canonical form, else 0; a
 * rollout without an answer gets 0. A reference without an answer gives no verdict.
 */
public final class AnswerReward implements RewardDeriver {
    private final AnswerFormat format;

    public AnswerReward(AnswerFormat format) {
        this.format = format;
    }

    @Override
    public String name() {
        return "answer";
    }

    @Override
    public List<List<Reward>> score(List<SampledGroup> groups, List<PseudoReference> references, int step) {
        return IntStream.range(0, groups.size()).mapToObj(group -> groups.get(group).rollouts().stream()
                .map(rollout -> score(rollout, references.get(group).answer())).toList()).toList();
    }

    private Reward score(Rollout rollout, Optional<String> reference) {
        if (reference.isEmpty()) {
            return Reward.noVerdict("the reference holds no answer");
        }
        return format.extract(rollout.text())
                .map(answer -> format.equivalent(answer, reference.get())
                        ? Reward.of(1, "answer " + answer + " agrees with " + reference.get())
                        : Reward.of(0, "answer " + answer + " differs from " + reference.get()))
                .orElseGet(() -> Reward.of(0, "no answer"));
    }
}
