package org.catrl.train;

import static org.catrl.setting.SettingException.require;

import org.catrl.generate.SamplingSettings;

/**
 * What a step of {@link Trainer} does.
 *
 * @param promptsPerStep P; G is {@code grpo.num_generations}
 * @param numVotes       rollouts that the aggregator sees, at least G; the first G of them are learned from (Test-Time
 *                       RL's "vote on many, train on few")
 * @param sampling       how rollouts are drawn
 * @param grpo           how they are learned from
 */
public record TrainerSettings(int promptsPerStep, int numVotes, SamplingSettings sampling, GrpoConfig grpo) {
    public TrainerSettings {
        require(promptsPerStep >= 1, "prompts_per_step", promptsPerStep, "1 or more");
        require(numVotes >= grpo.numGenerations(), "num_votes", numVotes, "num_generations or more");
        grpo.checkPrompts(promptsPerStep);
    }

    /** Settings in which every rollout votes. */
    public TrainerSettings(int promptsPerStep, SamplingSettings sampling, GrpoConfig grpo) {
        this(promptsPerStep, grpo.numGenerations(), sampling, grpo);
    }
}
