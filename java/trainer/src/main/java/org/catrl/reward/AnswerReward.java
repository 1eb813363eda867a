package org.catrl.reward;

import java.util.Optional;
import org.catrl.flow.Evidence;
import org.catrl.flow.Reward;
import org.catrl.flow.Rollout;
import org.catrl.flow.ScoredGroup;
import org.catrl.flow.TaughtGroup;
import org.catrl.lm.Pending;
import org.catrl.text.AnswerFormat;

/**
 * The reward of verifiable tasks: 1 when a rollout's final answer is the reference's in canonical form, else 0; a
 * rollout without an answer gets 0. A reference without an answer gives no verdict.
 */
public final class AnswerReward implements RewardDeriver {
    private final AnswerFormat format;

    /**
     * A reward for agreement with the answer of the reference.
     *
     * @param format how answers are read and compared
     */
    public AnswerReward(AnswerFormat format) {
        this.format = format;
    }

    @Override
    public String name() {
        return "answer";
    }

    @Override
    public Pending<ScoredGroup> score(TaughtGroup taught, int step) {
        return Pending.of(new ScoredGroup(taught, taught.group().rollouts().stream()
                .map(rollout -> reward(rollout, taught.reference().answer())).toList()));
    }

    Reward reward(Rollout rollout, Optional<String> reference) {
        if (reference.isEmpty()) {
            return Reward.noVerdict("the reference holds no answer");
        }
        Optional<String> answer = format.extract(rollout.text());
        Optional<String> unread = answer.isPresent() ? Optional.empty() : format.whyUnread(rollout.text());
        if (unread.isPresent()) {
            return Reward.of(0, new Evidence.Unread(unread.get()));
        }
        boolean agrees = answer.filter(given -> format.equivalent(given, reference.get())).isPresent();
        return Reward.of(agrees ? 1 : 0, new Evidence.Agreement(answer, reference.get(), agrees));
    }
}
