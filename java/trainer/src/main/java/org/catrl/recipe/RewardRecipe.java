package org.catrl.recipe;

import org.catrl.reward.AnswerReward;
import org.catrl.reward.CompletionReward;
import org.catrl.reward.CosineReward;
import org.catrl.reward.RewardDeriver;
import org.catrl.text.AnswerFormat;

/**
 * One of the rewards that are added up.
 *
 * @param kind    which
 * @param weight  what it is multiplied by; absent: 1
 * @param limit   tokens: of length_penalty (750), of soft_overlong and cosine_scaled the longest completion (sampling's)
 * @param cache   tokens before the limit in which soft_overlong falls; 256
 * @param penalty of length_penalty and repetition_penalty; -1
 * @param ngram   of repetition_penalty; 3
 * @param provider of {@code kind: custom}: the name that a {@link org.catrl.reward.RewardProvider} goes by
 */
public record RewardRecipe(Kind kind, Double weight, Integer limit, Integer cache, Double penalty, Integer ngram,
                    String provider) {
    public enum Kind {
        /** The final answer is the reference's. */
        ANSWER,
        /** The same, worth more the shorter it is said. */
        COSINE_SCALED,
        /** Criteria of a self-proposed rubric that a judge finds met. */
        RUBRIC,
        /** The same by the rubric that the data holds: the oracle, only with allow_gold. */
        GIVEN_RUBRIC,
        /** A judge finds it equivalent to the reference. */
        JUDGE,
        /** How likely the reference is after it. */
        REFERENCE_LIKELIHOOD,
        /** How sure the policy was: mean log-probability of its tokens. */
        CERTAINTY,
        /** How sure it is, over the whole vocabulary. */
        SELF_CERTAINTY,
        LENGTH_PENALTY, SOFT_OVERLONG, REPETITION_PENALTY, THINK_FORMAT, THINK_ANSWER_FORMAT,
        /** A user's own. */
        CUSTOM
    }

    public RewardRecipe {
        if (kind == null) {
            throw new IllegalArgumentException("kind is missing");
        }
        weight = weight == null ? 1 : weight;
        if (!Double.isFinite(weight)) {
            throw new IllegalArgumentException("weight is " + weight + "; it must be a number");
        }
        if ((kind == Kind.CUSTOM) != (provider != null)) {
            throw new IllegalArgumentException("provider is " + provider + "; it goes with kind: custom, and only with it");
        }
    }

    public static RewardRecipe of(Kind kind) {
        return new RewardRecipe(kind, null, null, null, null, null, null);
    }

    /** Those that need nobody's help. @param longest tokens of a completion */
    public RewardDeriver byItself(AnswerFormat format, int longest) {
        return switch (kind) {
            case ANSWER -> new AnswerReward(format);
            case COSINE_SCALED -> new CosineReward(new AnswerReward(format), given(limit, longest), -1, -0.5, 0.5, 1);
            case CERTAINTY -> CompletionReward.certainty();
            case LENGTH_PENALTY -> CompletionReward.lengthPenalty(given(limit, 750), penalty == null ? -1 : penalty);
            case SOFT_OVERLONG -> CompletionReward.softOverlong(given(limit, longest), given(cache, 256));
            case REPETITION_PENALTY -> CompletionReward.repetition(given(ngram, 3), penalty == null ? -1 : penalty);
            case THINK_FORMAT -> CompletionReward.thinkFormat();
            case THINK_ANSWER_FORMAT -> CompletionReward.thinkAnswerFormat();
            case RUBRIC, GIVEN_RUBRIC, JUDGE, REFERENCE_LIKELIHOOD, SELF_CERTAINTY, CUSTOM ->
                    throw new IllegalArgumentException(kind + " needs a model");
        };
    }

    private static int given(Integer value, int otherwise) {
        return value == null ? otherwise : value;
    }
}
