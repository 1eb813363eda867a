package org.catrl.train;

import org.catrl.compute.KlEstimator;

/** A builder makes a {@link GrpoConfig} from another by changing what differs. Not for use by several threads. */
public final class GrpoConfigBuilder {
    private int numGenerations;
    private int numIterations;
    private int miniBatches;
    private int microBatchTokens;
    private double epsilon;
    private Double epsilonHigh;
    private Double delta;
    private double beta;
    private KlPlacement klPlacement;
    private KlEstimator klEstimator;
    private ImportanceSamplingLevel importanceSamplingLevel;
    private ScaleRewards scaleRewards;
    private double advantageEpsilon;
    private LossType lossType;
    private boolean maskTruncatedCompletions;
    private ZeroSpreadPolicy zeroSpreadPolicy;
    private NoVerdictPolicy noVerdictPolicy;

    GrpoConfigBuilder(GrpoConfig from) {
        numGenerations = from.numGenerations();
        numIterations = from.numIterations();
        miniBatches = from.miniBatches();
        microBatchTokens = from.microBatchTokens();
        epsilon = from.epsilon();
        epsilonHigh = from.epsilonHigh();
        delta = from.delta();
        beta = from.beta();
        klPlacement = from.klPlacement();
        klEstimator = from.klEstimator();
        importanceSamplingLevel = from.importanceSamplingLevel();
        scaleRewards = from.scaleRewards();
        advantageEpsilon = from.advantageEpsilon();
        lossType = from.lossType();
        maskTruncatedCompletions = from.maskTruncatedCompletions();
        zeroSpreadPolicy = from.zeroSpreadPolicy();
        noVerdictPolicy = from.noVerdictPolicy();
    }

    /** The number G of rollouts of a prompt; at least 2. */
    public GrpoConfigBuilder numGenerations(int rollouts) {
        numGenerations = rollouts;
        return this;
    }

    /** The passes over the rollouts of an update; at least 1. */
    public GrpoConfigBuilder numIterations(int passes) {
        numIterations = passes;
        return this;
    }

    /** The optimizer steps of a pass; a divisor of the prompts of a step. */
    public GrpoConfigBuilder miniBatches(int perPass) {
        miniBatches = perPass;
        return this;
    }

    /** The most token rows of one forward and backward pass; 0 = no limit. No bit depends on it. */
    public GrpoConfigBuilder microBatchTokens(int most) {
        microBatchTokens = most;
        return this;
    }

    /** The clip of the ratio to [1 - low, 1 + high]. */
    public GrpoConfigBuilder clip(double low, double high) {
        epsilon = low;
        epsilonHigh = high;
        return this;
    }

    /** The ceiling of dual clipping, above 1 + epsilon_high. */
    public GrpoConfigBuilder delta(double ceiling) {
        delta = ceiling;
        return this;
    }

    /** A KL term against the initial weights: how much, where, and how it is estimated. */
    public GrpoConfigBuilder kl(double weight, KlPlacement placement, KlEstimator estimator) {
        beta = weight;
        klPlacement = placement;
        klEstimator = estimator;
        return this;
    }

    /** What has a probability ratio of its own. */
    public GrpoConfigBuilder importanceSamplingLevel(ImportanceSamplingLevel level) {
        importanceSamplingLevel = level;
        return this;
    }

    /** What rewards are divided by. */
    public GrpoConfigBuilder scaleRewards(ScaleRewards scale) {
        scaleRewards = scale;
        return this;
    }

    /** What is added to the standard deviation. */
    public GrpoConfigBuilder advantageEpsilon(double value) {
        advantageEpsilon = value;
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
        zeroSpreadPolicy = policy;
        return this;
    }

    /** What happens to rollouts without a reward. */
    public GrpoConfigBuilder noVerdictPolicy(NoVerdictPolicy policy) {
        noVerdictPolicy = policy;
        return this;
    }

    /**
     * The settings as they are now.
     *
     * @throws SettingException naming the setting that cannot be, with its value
     */
    public GrpoConfig build() {
        return new GrpoConfig(numGenerations, new GrpoConfig.Passes(numIterations, miniBatches, microBatchTokens),
                new GrpoConfig.Clip(epsilon, epsilonHigh, delta), new GrpoConfig.Kl(beta, klPlacement, klEstimator),
                importanceSamplingLevel, scaleRewards, advantageEpsilon, lossType, maskTruncatedCompletions,
                new GrpoConfig.Policies(zeroSpreadPolicy, noVerdictPolicy));
    }
}
