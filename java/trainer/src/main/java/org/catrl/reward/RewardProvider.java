package org.catrl.reward;

import org.catrl.lm.LanguageModel;
import org.catrl.text.AnswerFormat;

/**
 * A user's own reward, found by {@link java.util.ServiceLoader}: named in
 * {@code META-INF/services/org.catrl.reward.RewardProvider}, and asked for in a recipe by
 * {@code {kind: custom, provider: NAME}}.
 */
public interface RewardProvider {
    /** What a recipe asks for. */
    String name();

    /**
     * @param judge  the model that plays the judge
     * @param format of the answers
     */
    RewardDeriver create(LanguageModel judge, AnswerFormat format);
}
