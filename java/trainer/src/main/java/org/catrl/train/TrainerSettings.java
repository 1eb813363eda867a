package org.catrl.train;

import static org.catrl.train.Check.require;

import org.catrl.generate.SamplingSettings;

/**
 * What a step of {@link Trainer} does.
 *
 * @param promptsPerStep P; G is {@code grpo.num_generations}
 * @param sampling       how rollouts are drawn
 * @param grpo           how they are learned from
 */
public record TrainerSettings(int promptsPerStep, SamplingSettings sampling, GrpoConfig grpo) {
    public TrainerSettings {
        require(promptsPerStep >= 1, "prompts_per_step", promptsPerStep, "1 or more");
        grpo.checkPrompts(promptsPerStep);
    }
}
