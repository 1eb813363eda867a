package org.catrl.train;

import static org.catrl.setting.SettingException.require;

/**
 * The probability ratio of an update, and where it is clipped.
 *
 * @param epsilon                 the ratio is clipped below at 1 - epsilon
 * @param epsilonHigh             the ratio is clipped above at 1 + epsilon_high; null = epsilon
 * @param delta                   dual clip: ceiling of the ratio where the advantage is negative; null = none
 * @param importanceSamplingLevel what has a ratio: token, or sequence (GSPO)
 */
public record RatioClip(double epsilon, Double epsilonHigh, Double delta,
                        ImportanceSamplingLevel importanceSamplingLevel) {
    public RatioClip {
        require(epsilon >= 0 && epsilon <= 1, "epsilon", epsilon, "in [0, 1]");
        double high = 1 + (epsilonHigh == null ? epsilon : epsilonHigh);
        require(high >= 1 && high < Double.POSITIVE_INFINITY, "epsilon_high", epsilonHigh,
                "0 or more, or the bounds of the clip cross: 1 - epsilon to 1 + epsilon_high");
        require(delta == null || delta > high && Double.isFinite(delta), "delta", delta,
                "above 1 + epsilon_high = " + high + ", or the bounds of the dual clip cross");
    }

    /** The lower bound of the ratio. */
    public double low() {
        return 1 - epsilon;
    }

    /** The upper bound of the ratio. */
    public double high() {
        return 1 + (epsilonHigh == null ? epsilon : epsilonHigh);
    }

    /** The ceiling of the dual clip; infinity without one. */
    public double ceiling() {
        return delta == null ? Double.POSITIVE_INFINITY : delta;
    }
}
