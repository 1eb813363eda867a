package org.catrl.recipe;

import org.catrl.reward.AnswerReward;
import org.catrl.reward.CompletionReward;
import org.catrl.reward.CosineReward;
import org.catrl.reward.RewardDeriver;
import org.catrl.reward.SelfCertaintyReward;
import org.catrl.setting.Default;
import org.catrl.setting.Kinds;
import org.catrl.setting.SettingException;

/**
 * One of the rewards that are added up; each kind has the keys of its record, and every kind a weight that it is
 * multiplied by.
 *
 * <pre>{@code
 * rewards:
 *   - {kind: answer}
 *   - {kind: repetition_penalty, ngram: 4, weight: 0.5}
 * }</pre>
 */
@Kinds(key = "kind")
public sealed interface RewardSpec {
    /** The final answer is the reference's. */
    record Answer(@Default("1") double weight) implements RewardSpec {
        @Override
        public RewardDeriver deriver(RewardMeans means) {
            return new AnswerReward(means.answers());
        }
    }

    /**
     * The same, worth more the shorter it is said.
     *
     * @param limit tokens; absent: the longest completion that sampling allows
     */
    record CosineScaled(@Default("1") double weight, Integer limit) implements RewardSpec {
        @Override
        public RewardDeriver deriver(RewardMeans means) {
            return new CosineReward(new AnswerReward(means.answers()),
                    limit == null ? means.longestCompletion() : limit, -1, -0.5, 0.5, 1);
        }
    }

    /** Criteria of a self-proposed rubric that a judge finds met. */
    record Rubric(@Default("1") double weight) implements RewardSpec {
        @Override
        public RewardDeriver deriver(RewardMeans means) {
            return means.rubric();
        }
    }

    /** The same by the rubric that the data holds: the oracle, only with allow_gold. */
    record GivenRubric(@Default("1") double weight) implements RewardSpec {
        @Override
        public RewardDeriver deriver(RewardMeans means) {
            return means.givenRubric();
        }
    }

    /** A judge finds it equivalent to the reference. */
    record Judge(@Default("1") double weight) implements RewardSpec {
        @Override
        public RewardDeriver deriver(RewardMeans means) {
            return means.judge();
        }
    }

    /** The measure of how likely the reference is after it. */
    record ReferenceLikelihood(@Default("1") double weight) implements RewardSpec {
        @Override
        public RewardDeriver deriver(RewardMeans means) {
            return new org.catrl.reward.ReferenceLikelihood(means.policy(), "\n");
        }
    }

    /** The measure of how sure the policy was: mean log-probability of its tokens. */
    record Certainty(@Default("1") double weight) implements RewardSpec {
        @Override
        public RewardDeriver deriver(RewardMeans means) {
            return CompletionReward.certainty();
        }
    }

    /** The measure of how sure it is, over the whole vocabulary. */
    record SelfCertainty(@Default("1") double weight) implements RewardSpec {
        @Override
        public RewardDeriver deriver(RewardMeans means) {
            return new SelfCertaintyReward(means.policy());
        }
    }

    /**
     * A penalty for too long a completion.
     *
     * @param limit   tokens
     * @param penalty what a longer one is worth
     */
    record LengthPenalty(@Default("1") double weight, @Default("750") int limit, @Default("-1") double penalty)
            implements RewardSpec {
        @Override
        public RewardDeriver deriver(RewardMeans means) {
            return CompletionReward.lengthPenalty(limit, penalty);
        }
    }

    /**
     * A penalty that grows towards the limit (DAPO).
     *
     * @param limit tokens; absent: the longest completion that sampling allows
     * @param cache tokens before the limit in which it falls
     */
    record SoftOverlong(@Default("1") double weight, Integer limit, @Default("256") int cache) implements RewardSpec {
        @Override
        public RewardDeriver deriver(RewardMeans means) {
            return CompletionReward.softOverlong(limit == null ? means.longestCompletion() : limit, cache);
        }
    }

    /**
     * A penalty for repeated runs of words.
     *
     * @param ngram their length
     * @param penalty what nothing but them is worth
     */
    record RepetitionPenalty(@Default("1") double weight, @Default("3") int ngram, @Default("-1") double penalty)
            implements RewardSpec {
        @Override
        public RewardDeriver deriver(RewardMeans means) {
            return CompletionReward.repetition(ngram, penalty);
        }
    }

    /** The form of one thought, then the rest. */
    record ThinkFormat(@Default("1") double weight) implements RewardSpec {
        @Override
        public RewardDeriver deriver(RewardMeans means) {
            return CompletionReward.thinkFormat();
        }
    }

    /** The form of one thought, then one answer. */
    record ThinkAnswerFormat(@Default("1") double weight) implements RewardSpec {
        @Override
        public RewardDeriver deriver(RewardMeans means) {
            return CompletionReward.thinkAnswerFormat();
        }
    }

    /**
     * A user's own.
     *
     * @param provider the name that a {@link org.catrl.reward.RewardProvider} goes by
     */
    record Custom(@Default("1") double weight, String provider) implements RewardSpec {
        public Custom {
            if (provider == null) {
                throw SettingException.missing("provider", "kind: custom needs the name of a RewardProvider");
            }
        }

        @Override
        public RewardDeriver deriver(RewardMeans means) {
            return means.custom(provider);
        }
    }

    /** What it is multiplied by. */
    double weight();

    /** Whether it holds a rollout against the reference. */
    default boolean readsReference() {
        return this instanceof Answer || this instanceof CosineScaled || this instanceof Rubric
                || this instanceof Judge || this instanceof Custom;
    }

    /** Whether the same rollout and reference are always worth the same: no policy or gold is asked. */
    default boolean isFixed() {
        return !(this instanceof GivenRubric || this instanceof ReferenceLikelihood || this instanceof Certainty
                || this instanceof SelfCertainty);
    }

    /** Makes it. */
    RewardDeriver deriver(RewardMeans means);
}
