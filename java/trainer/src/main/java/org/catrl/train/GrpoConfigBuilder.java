package org.catrl.train;

import org.catrl.compute.KlEstimator;

/** Makes a {@link GrpoConfig} from another by changing what differs. Not for use by several threads. */
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

    public GrpoConfigBuilder numGenerations(int rollouts) {
        numGenerations = rollouts;
        return this;
    }

    public GrpoConfigBuilder numIterations(int passes) {
        numIterations = passes;
        return this;
    }

    public GrpoConfigBuilder miniBatches(int perPass) {
        miniBatches = perPass;
        return this;
    }

    public GrpoConfigBuilder microBatchTokens(int most) {
        microBatchTokens = most;
        return this;
    }

    /** The ratio is clipped to [1 - low, 1 + high]. */
    public GrpoConfigBuilder clip(double low, double high) {
        epsilon = low;
        epsilonHigh = high;
        return this;
    }

    public GrpoConfigBuilder delta(double ceiling) {
        delta = ceiling;
        return this;
    }

    public GrpoConfigBuilder kl(double weight, KlPlacement placement, KlEstimator estimator) {
        beta = weight;
        klPlacement = placement;
        klEstimator = estimator;
        return this;
    }

    public GrpoConfigBuilder importanceSamplingLevel(ImportanceSamplingLevel level) {
        importanceSamplingLevel = level;
        return this;
    }

    public GrpoConfigBuilder scaleRewards(ScaleRewards by) {
        scaleRewards = by;
        return this;
    }

    public GrpoConfigBuilder advantageEpsilon(double value) {
        advantageEpsilon = value;
        return this;
    }

    public GrpoConfigBuilder lossType(LossType type) {
        lossType = type;
        return this;
    }

    public GrpoConfigBuilder maskTruncatedCompletions(boolean mask) {
        maskTruncatedCompletions = mask;
        return this;
    }

    public GrpoConfigBuilder zeroSpreadPolicy(ZeroSpreadPolicy policy) {
        zeroSpreadPolicy = policy;
        return this;
    }

    public GrpoConfigBuilder noVerdictPolicy(NoVerdictPolicy policy) {
        noVerdictPolicy = policy;
        return this;
    }

    /** @throws IllegalArgumentException naming the setting that cannot be */
    public GrpoConfig build() {
        return new GrpoConfig(numGenerations, numIterations, miniBatches, microBatchTokens, epsilon, epsilonHigh,
                delta, beta, klPlacement, klEstimator, importanceSamplingLevel, scaleRewards, advantageEpsilon,
                lossType, maskTruncatedCompletions, zeroSpreadPolicy, noVerdictPolicy);
    }
}
