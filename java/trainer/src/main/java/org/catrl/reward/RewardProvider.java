package org.catrl.reward;

import org.catrl.lm.LanguageModel;
import org.catrl.text.AnswerFormat;

/**
 * A user's own reward, found by {@link java.util.ServiceLoader}: named in
 * {@code META-INF/services/org.catrl.reward.RewardProvider}, and asked for in a recipe by
 * {@code {kind: custom, provider: NAME}}.
 */
public interface RewardProvider {
    /** The name that a recipe asks for it by. */
    String name();

    /**
     * The reward of one run.
     *
     * @param judge  the model that plays the judge
     * @param format how answers are read and compared
     */
    RewardDeriver create(LanguageModel judge, AnswerFormat format);
}
