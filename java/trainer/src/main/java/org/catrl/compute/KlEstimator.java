package org.catrl.compute;

/**
 * Estimators of KL(policy || reference) from one sample, with r = log pi_ref - log pi
 * (Schulman, "Approximating KL divergence", 2020): K1 = -r, K2 = r*r/2, K3 = exp(r) - r - 1.
 */
public enum KlEstimator { K1, K2, K3 }
