package org.catrl.train;

import org.catrl.compute.KlEstimator;

/** A builder makes a {@link GrpoConfig} from another by changing what differs. Not for use by several threads. */
public final class GrpoConfigBuilder {
    private int numGenerations;
    private UpdatePasses passes;
    private RatioClip clip;
    private KlTerm kl;
    private AdvantageSettings advantage;
    private LossType lossType;
    private boolean maskTruncatedCompletions;

    GrpoConfigBuilder(GrpoConfig from) {
        numGenerations = from.numGenerations();
        passes = from.passes();
        clip = from.clip();
        kl = from.kl();
        advantage = from.advantage();
        lossType = from.lossType();
        maskTruncatedCompletions = from.maskTruncatedCompletions();
    }

    /** The number G of rollouts of a prompt; at least 2. */
    public GrpoConfigBuilder numGenerations(int rollouts) {
        numGenerations = rollouts;
        return this;
    }

    /** The passes over the rollouts of an update; at least 1. */
    public GrpoConfigBuilder numIterations(int iterations) {
        passes = new UpdatePasses(iterations, passes.miniBatches(), passes.microBatchTokens());
        return this;
    }

    /** The optimizer steps of a pass; a divisor of the prompts of a step. */
    public GrpoConfigBuilder miniBatches(int perPass) {
        passes = new UpdatePasses(passes.numIterations(), perPass, passes.microBatchTokens());
        return this;
    }

    /** The most token rows of one forward and backward pass; 0 = no limit. No bit depends on it. */
    public GrpoConfigBuilder microBatchTokens(int most) {
        passes = new UpdatePasses(passes.numIterations(), passes.miniBatches(), most);
        return this;
    }

    /** The clip of the ratio to [1 - low, 1 + high]. */
    public GrpoConfigBuilder clip(double low, double high) {
        clip = new RatioClip(low, high, clip.delta(), clip.importanceSamplingLevel());
        return this;
    }

    /** The ceiling of dual clipping, above 1 + epsilon_high. */
    public GrpoConfigBuilder delta(double ceiling) {
        clip = new RatioClip(clip.epsilon(), clip.epsilonHigh(), ceiling, clip.importanceSamplingLevel());
        return this;
    }

    /** A KL term against the initial weights: how much, where, and how it is estimated. */
    public GrpoConfigBuilder kl(double weight, KlPlacement placement, KlEstimator estimator) {
        kl = new KlTerm(weight, placement, estimator);
        return this;
    }

    /** What has a probability ratio of its own. */
    public GrpoConfigBuilder importanceSamplingLevel(ImportanceSamplingLevel level) {
        clip = new RatioClip(clip.epsilon(), clip.epsilonHigh(), clip.delta(), level);
        return this;
    }

    /** What rewards are divided by. */
    public GrpoConfigBuilder scaleRewards(ScaleRewards scale) {
        advantage = new AdvantageSettings(scale, advantage.advantageEpsilon(), advantage.zeroSpreadPolicy(),
                advantage.noVerdictPolicy());
        return this;
    }

    /** What is added to the standard deviation. */
    public GrpoConfigBuilder advantageEpsilon(double value) {
        advantage = new AdvantageSettings(advantage.scaleRewards(), value, advantage.zeroSpreadPolicy(),
                advantage.noVerdictPolicy());
        return this;
    }

    /** How tokens are weighed. */
    public GrpoConfigBuilder lossType(LossType type) {
        lossType = type;
        return this;
    }

    /** Whether completions that were cut off weigh nothing. */
    public GrpoConfigBuilder maskTruncatedCompletions(boolean mask) {
        maskTruncatedCompletions = mask;
        return this;
    }

    /** What happens to groups whose rewards are all equal. */
    public GrpoConfigBuilder zeroSpreadPolicy(ZeroSpreadPolicy policy) {
        advantage = new AdvantageSettings(advantage.scaleRewards(), advantage.advantageEpsilon(), policy,
                advantage.noVerdictPolicy());
        return this;
    }

    /** What happens to rollouts without a reward. */
    public GrpoConfigBuilder noVerdictPolicy(NoVerdictPolicy policy) {
        advantage = new AdvantageSettings(advantage.scaleRewards(), advantage.advantageEpsilon(),
                advantage.zeroSpreadPolicy(), policy);
        return this;
    }

    /**
     * The settings as they are now. What cannot be is refused here or, where one method can tell, there.
     *
     * @throws org.catrl.setting.SettingException naming the setting that cannot be, with its value
     */
    public GrpoConfig build() {
        return new GrpoConfig(numGenerations, passes, clip, kl, advantage, lossType, maskTruncatedCompletions);
    }
}
