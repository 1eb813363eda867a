package org.catrl.train;

import static org.catrl.setting.SettingException.require;

import org.catrl.compute.GrpoParameters;
import org.catrl.compute.KlEstimator;
import org.catrl.setting.Inline;
import org.catrl.setting.SettingException;

/**
 * The settings of a GRPO update; names and defaults are those of TRL's GRPOConfig where it has them. All keys of the
 * parts stand beside the others in a recipe.
 *
 * @param numGenerations           G, rollouts per prompt
 * @param passes                   how often and in what portions the rollouts are learned from
 * @param clip                     bounds of the ratio
 * @param kl                       the KL term against the frozen initial weights
 * @param importanceSamplingLevel  token, or sequence (GSPO)
 * @param scaleRewards             what the centred rewards are divided by
 * @param advantageEpsilon         added to that divisor: TRL 1e-4, verl 1e-6
 * @param lossType                 how token losses are normalised; CISPO is a loss of its own
 * @param maskTruncatedCompletions weight 0 for completions cut off at their maximum length
 * @param policies                 what happens to rewards that teach nothing
 */
public record GrpoConfig(int numGenerations, @Inline Passes passes, @Inline Clip clip, @Inline Kl kl,
                         ImportanceSamplingLevel importanceSamplingLevel, ScaleRewards scaleRewards,
                         double advantageEpsilon, LossType lossType, boolean maskTruncatedCompletions,
                         @Inline Policies policies) {
    /**
     * How often and in what portions the rollouts of a step are learned from.
     *
     * @param numIterations    passes over the rollouts of one step
     * @param miniBatches      optimizer steps per pass; divides the prompts of a step
     * @param microBatchTokens most token rows (prompts included) of one forward and backward pass; 0 = no limit. A
     *                         split changes memory and speed, never a bit of the result
     */
    public record Passes(int numIterations, int miniBatches, int microBatchTokens) {
        public Passes {
            require(numIterations >= 1, "num_iterations", numIterations, "1 or more");
            require(miniBatches >= 1, "mini_batches", miniBatches, "1 or more");
            require(microBatchTokens >= 0, "micro_batch_tokens", microBatchTokens, "0 (no limit) or more");
        }
    }

    /**
     * The bounds of the ratio.
     *
     * @param epsilon     the ratio is clipped below at 1 - epsilon
     * @param epsilonHigh the ratio is clipped above at 1 + epsilon_high; null = epsilon
     * @param delta       dual clip: ceiling of the ratio where the advantage is negative; null = none
     */
    public record Clip(double epsilon, Double epsilonHigh, Double delta) {
        public Clip {
            require(epsilon >= 0 && epsilon <= 1, "epsilon", epsilon, "in [0, 1]");
            double high = 1 + (epsilonHigh == null ? epsilon : epsilonHigh);
            require(high >= 1 && high < Double.POSITIVE_INFINITY, "epsilon_high", epsilonHigh,
                    "0 or more, or the bounds of the clip cross: 1 - epsilon to 1 + epsilon_high");
            require(delta == null || delta > high, "delta", delta,
                    "above 1 + epsilon_high = " + high + ", or the bounds of the dual clip cross");
        }
    }

    /**
     * The KL term against the frozen initial weights.
     *
     * @param beta        its weight; 0 = none, and no reference model is made
     * @param klPlacement where it acts
     * @param klEstimator how it is estimated
     */
    public record Kl(double beta, KlPlacement klPlacement, KlEstimator klEstimator) {
        public Kl {
            require(beta >= 0 && beta < Double.POSITIVE_INFINITY, "beta", beta, "0 (no KL term) or more");
            require(beta == 0 || klPlacement != KlPlacement.NONE, "kl_placement", "none with a beta of " + beta,
                    "reward or loss, or beta must be 0");
        }
    }

    /**
     * What happens to rewards that teach nothing.
     *
     * @param zeroSpreadPolicy what happens to groups whose rewards are all equal
     * @param noVerdictPolicy  what happens to rollouts without a reward
     */
    public record Policies(ZeroSpreadPolicy zeroSpreadPolicy, NoVerdictPolicy noVerdictPolicy) { }

    public GrpoConfig {
        require(numGenerations >= 2, "num_generations", numGenerations, "2 or more: an advantage compares rollouts");
        require(advantageEpsilon >= 0, "advantage_epsilon", advantageEpsilon, "0 or more");
    }

    /** TRL's defaults. */
    public static GrpoConfig trlDefaults() {
        return new GrpoConfig(8, new Passes(1, 1, 0), new Clip(0.2, null, null),
                new Kl(0, KlPlacement.LOSS, KlEstimator.K3), ImportanceSamplingLevel.TOKEN, ScaleRewards.GROUP, 1e-4,
                LossType.DAPO, false, new Policies(ZeroSpreadPolicy.KEEP, NoVerdictPolicy.SKIP));
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

    /** The passes over the rollouts of one step. */
    public int numIterations() {
        return passes.numIterations;
    }

    /** The optimizer steps per pass. */
    public int miniBatches() {
        return passes.miniBatches;
    }

    /** The most token rows of one forward and backward pass; 0 = no limit. */
    public int microBatchTokens() {
        return passes.microBatchTokens;
    }

    /** The distance below 1 at which the ratio is clipped. */
    public double epsilon() {
        return clip.epsilon;
    }

    /** The distance above 1 at which the ratio is clipped; null = epsilon. */
    public Double epsilonHigh() {
        return clip.epsilonHigh;
    }

    /** The ceiling of dual clipping; null = none. */
    public Double delta() {
        return clip.delta;
    }

    /** The weight of the KL term; 0 = none. */
    public double beta() {
        return kl.beta;
    }

    /** The place where the KL term acts. */
    public KlPlacement klPlacement() {
        return kl.klPlacement;
    }

    /** The way the KL term is estimated. */
    public KlEstimator klEstimator() {
        return kl.klEstimator;
    }

    /** What happens to groups whose rewards are all equal. */
    public ZeroSpreadPolicy zeroSpreadPolicy() {
        return policies.zeroSpreadPolicy;
    }

    /** What happens to rollouts without a reward. */
    public NoVerdictPolicy noVerdictPolicy() {
        return policies.noVerdictPolicy;
    }

    /**
     * A check that the mini-batches divide the prompts of a step.
     *
     * @throws SettingException when {@code mini_batches} does not divide them, or there are none
     */
    public void checkPrompts(int prompts) {
        if (prompts < 1 || prompts % miniBatches() != 0) {
            throw new SettingException("grpo.mini_batches", "mini_batches is " + miniBatches()
                    + "; it must be a divisor of the prompts of a step, of which there are " + prompts);
        }
    }

    /** Whether an update reads the log-probabilities of the frozen initial weights. */
    public boolean readsReference() {
        return kl.beta > 0 && kl.klPlacement == KlPlacement.LOSS;
    }

    /** The arithmetic of the loss, as the op of the backend takes it. */
    public GrpoParameters parameters() {
        return new GrpoParameters(lossType == LossType.CISPO,
                importanceSamplingLevel == ImportanceSamplingLevel.SEQUENCE, 1 - clip.epsilon,
                1 + (clip.epsilonHigh == null ? clip.epsilon : clip.epsilonHigh),
                clip.delta == null ? Double.POSITIVE_INFINITY : clip.delta, readsReference() ? kl.beta : 0,
                kl.klEstimator);
    }
}
