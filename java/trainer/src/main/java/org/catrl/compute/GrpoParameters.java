package org.catrl.compute;

/**
 * The arithmetic of one policy loss, per token. With ratio rho (of the token, or of the sequence:
 * exp(mean log-ratio)), advantage A and c(rho) = clip(rho, low, high):
 * <ul>
 *   <li>clipped surrogate: loss = -min(min(rho, delta) * A, c(rho) * A)</li>
 *   <li>CISPO: loss = -c(rho) * A * log pi, with no derivative through c(rho)</li>
 * </ul>
 * plus beta times the KL estimate against the reference.
 *
 * @param cispo         the CISPO form instead of the clipped surrogate
 * @param sequenceLevel one ratio per sequence (GSPO) instead of one per token
 * @param clipLow       lower bound of the ratio, 1 - epsilon; 0 = none
 * @param clipHigh      upper bound of the ratio, 1 + epsilon_high
 * @param delta         dual clip: ceiling of the unclipped ratio; infinity = none
 * @param beta          weight of the KL term in the loss; 0 = none, and no reference is read
 * @param kl            which estimator the KL term and its metric use
 */
public record GrpoParameters(boolean cispo, boolean sequenceLevel, double clipLow, double clipHigh, double delta,
                             double beta, KlEstimator kl) {
    /** Slots of the F64 metric sums that {@link Backend#grpo} adds to. */
    public enum Sum {
        /** The sum of weight * loss, the KL term included: the value of the objective. */
        LOSS,
        /** The number of tokens with weight other than 0. */
        TOKENS,
        /** The number of those whose ratio is below clipLow with A below 0. */
        CLIPPED_LOW,
        /** The number of those whose ratio is above clipHigh with A above 0. */
        CLIPPED_HIGH,
        /** The sum of the KL estimate against the reference, 0 without one. */
        KL,
        /** The sum of exp(|log pi - log pi_old|): over TOKENS, 1.0 when both agree exactly. */
        MULT_PROB_ERROR,
        /** The sum of the ratio. */
        RATIO
    }
}
