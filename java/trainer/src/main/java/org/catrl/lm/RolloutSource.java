package org.catrl.lm;

import java.util.List;
import org.catrl.data.Prompt;
import org.catrl.flow.SampledGroup;
import org.catrl.generate.SamplingSettings;

/** Whoever answers prompts in groups: the policy in training and in evaluation. */
@FunctionalInterface
public interface RolloutSource {
    /** @param step first part of the random key, before the prompt's id */
    List<SampledGroup> sample(List<Prompt> prompts, int samples, SamplingSettings settings, int step);
}
