package org.catrl.train;

import static org.catrl.setting.SettingException.require;

import org.catrl.compute.GrpoParameters;
import org.catrl.compute.KlEstimator;
import org.catrl.setting.SettingException;

/**
 * The settings of a GRPO update; names and defaults are those of TRL's GRPOConfig where it has them.
 *
 * @param numGenerations           G, rollouts per prompt
 * @param numIterations            passes over the rollouts of one step
 * @param miniBatches              optimizer steps per pass; divides the prompts of a step
 * @param microBatchTokens         most token rows (prompts included) of one forward and backward pass; 0 = no limit.
 *                                 A split changes memory and speed, never a bit of the result
 * @param epsilon                  the ratio is clipped below at 1 - epsilon
 * @param epsilonHigh              the ratio is clipped above at 1 + epsilon_high; null = epsilon
 * @param delta                    dual clip: ceiling of the ratio where the advantage is negative; null = none
 * @param beta                     weight of the KL term; 0 = none, and no reference model is made
 * @param klPlacement              where the KL term acts
 * @param klEstimator              how it is estimated
 * @param importanceSamplingLevel  token, or sequence (GSPO)
 * @param scaleRewards             what the centred rewards are divided by
 * @param advantageEpsilon         added to that divisor: TRL 1e-4, verl 1e-6
 * @param lossType                 how token losses are normalised; CISPO is a loss of its own
 * @param maskTruncatedCompletions weight 0 for completions cut off at their maximum length
 * @param zeroSpreadPolicy         what happens to groups whose rewards are all equal
 * @param noVerdictPolicy          what happens to rollouts without a reward
 */
public record GrpoConfig(int numGenerations, int numIterations, int miniBatches, int microBatchTokens,
                         double epsilon, Double epsilonHigh, Double delta, double beta, KlPlacement klPlacement,
                         KlEstimator klEstimator, ImportanceSamplingLevel importanceSamplingLevel,
                         ScaleRewards scaleRewards, double advantageEpsilon, LossType lossType,
                         boolean maskTruncatedCompletions, ZeroSpreadPolicy zeroSpreadPolicy,
                         NoVerdictPolicy noVerdictPolicy) {
    public GrpoConfig {
        require(numGenerations >= 2, "num_generations", numGenerations, "2 or more: an advantage compares rollouts");
        require(numIterations >= 1, "num_iterations", numIterations, "1 or more");
        require(miniBatches >= 1, "mini_batches", miniBatches, "1 or more");
        require(microBatchTokens >= 0, "micro_batch_tokens", microBatchTokens, "0 (no limit) or more");
        require(epsilon >= 0 && epsilon <= 1, "epsilon", epsilon, "in [0, 1]");
        double high = 1 + (epsilonHigh == null ? epsilon : epsilonHigh);
        require(high >= 1 && high < Double.POSITIVE_INFINITY, "epsilon_high", epsilonHigh,
                "0 or more, or the bounds of the clip cross: 1 - epsilon to 1 + epsilon_high");
        require(delta == null || delta > high, "delta", delta,
                "above 1 + epsilon_high = " + high + ", or the bounds of the dual clip cross");
        require(beta >= 0 && beta < Double.POSITIVE_INFINITY, "beta", beta, "0 (no KL term) or more");
        require(beta == 0 || klPlacement != KlPlacement.NONE, "kl_placement", "none with a beta of " + beta,
                "reward or loss, or beta must be 0");
        require(advantageEpsilon >= 0, "advantage_epsilon", advantageEpsilon, "0 or more");
    }

    /** TRL's defaults. */
    public static GrpoConfig trlDefaults() {
        return new GrpoConfig(8, 1, 1, 0, 0.2, null, null, 0, KlPlacement.LOSS, KlEstimator.K3,
                ImportanceSamplingLevel.TOKEN, ScaleRewards.GROUP, 1e-4, LossType.DAPO, false,
                ZeroSpreadPolicy.KEEP, NoVerdictPolicy.SKIP);
    }

    /** The settings of the Compute as Teacher paper; where it is silent, the common ones. */
    public static GrpoConfig catPaper() {
        return trlDefaults().toBuilder().lossType(LossType.GRPO).advantageEpsilon(1e-6)
                .kl(1e-3, KlPlacement.REWARD, KlEstimator.K1).build();
    }

    /** These settings, to be changed one by one. */
    public GrpoConfigBuilder toBuilder() {
        return new GrpoConfigBuilder(this);
    }

    /**
     * A check that the mini-batches divide the prompts of a step.
     *
     * @throws SettingException when {@code mini_batches} does not divide them, or there are none
     */
    public void checkPrompts(int prompts) {
        if (prompts < 1 || prompts % miniBatches != 0) {
            throw new SettingException("grpo.mini_batches", "mini_batches is " + miniBatches
                    + "; it must be a divisor of the prompts of a step, of which there are " + prompts);
        }
    }

    /** Whether an update reads the log-probabilities of the frozen initial weights. */
    public boolean readsReference() {
        return beta > 0 && klPlacement == KlPlacement.LOSS;
    }

    /** The arithmetic of the loss, as the op of the backend takes it. */
    public GrpoParameters parameters() {
        return new GrpoParameters(lossType == LossType.CISPO,
                importanceSamplingLevel == ImportanceSamplingLevel.SEQUENCE, 1 - epsilon,
                1 + (epsilonHigh == null ? epsilon : epsilonHigh), delta == null ? Double.POSITIVE_INFINITY : delta,
                readsReference() ? beta : 0, klEstimator);
    }
}
