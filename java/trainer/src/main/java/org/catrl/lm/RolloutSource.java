package org.catrl.lm;

import java.util.List;
import org.catrl.data.Prompt;
import org.catrl.flow.SampledGroup;
import org.catrl.generate.SamplingSettings;

/**
 * A source answers prompts in groups: the policy in training and in evaluation.
 *
 * <pre>{@code
 * List<SampledGroup> groups = policy.sample(prompts, 8, SamplingSettings.of(1, 512, List.of()), step);
 * }</pre>
 */
@FunctionalInterface
public interface RolloutSource {
    /**
     * Rollouts of each prompt, in order.
     *
     * @param samples how many of each prompt
     * @param step    first part of the random key: the same step, prompt and weights always give the same rollouts
     */
    List<SampledGroup> sample(List<Prompt> prompts, int samples, SamplingSettings settings, int step);
}
