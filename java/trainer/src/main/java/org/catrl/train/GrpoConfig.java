package org.catrl.train;

import static org.catrl.setting.SettingException.require;

import org.catrl.compute.GrpoParameters;
import org.catrl.compute.KlEstimator;
import org.catrl.setting.Inline;
import org.catrl.setting.SettingException;

/**
 * The settings of a GRPO update; names and defaults are those of TRL's GRPOConfig where it has them. In a recipe the
 * keys of the parts stand side by side under {@code grpo}.
 *
 * @param numGenerations           G, rollouts per prompt
 * @param passes                   how often an update passes over its rollouts, and in which pieces
 * @param clip                     the probability ratio and its bounds
 * @param kl                       the KL term
 * @param advantage                how rewards become advantages
 * @param lossType                 how token losses are normalised; CISPO is a loss of its own
 * @param maskTruncatedCompletions weight 0 for completions cut off at their maximum length
 */
public record GrpoConfig(int numGenerations, @Inline UpdatePasses passes, @Inline RatioClip clip, @Inline KlTerm kl,
                         @Inline AdvantageSettings advantage, LossType lossType, boolean maskTruncatedCompletions) {
    public GrpoConfig {
        require(numGenerations >= 2, "num_generations", numGenerations, "2 or more: an advantage compares rollouts");
    }

    /** TRL's defaults. */
    public static GrpoConfig trlDefaults() {
        return new GrpoConfig(8, new UpdatePasses(1, 1, 0),
                new RatioClip(0.2, null, null, ImportanceSamplingLevel.TOKEN),
                new KlTerm(0, KlPlacement.LOSS, KlEstimator.K3),
                new AdvantageSettings(ScaleRewards.GROUP, 1e-4, ZeroSpreadPolicy.KEEP, NoVerdictPolicy.SKIP),
                LossType.DAPO, false);
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
        if (prompts < 1 || prompts % passes.miniBatches() != 0) {
            throw new SettingException("grpo.mini_batches", "mini_batches is " + passes.miniBatches()
                    + "; it must be a divisor of the prompts of a step, of which there are " + prompts);
        }
    }

    /** Whether an update reads the log-probabilities of the frozen initial weights. */
    public boolean readsReference() {
        return kl.actsIn(KlPlacement.LOSS);
    }

    /** The arithmetic of the loss, as the op of the backend takes it. */
    public GrpoParameters parameters() {
        return new GrpoParameters(lossType == LossType.CISPO,
                clip.importanceSamplingLevel() == ImportanceSamplingLevel.SEQUENCE, clip.low(), clip.high(),
                clip.ceiling(), readsReference() ? kl.beta() : 0, kl.klEstimator());
    }
}
