package org.catrl.train;

import static org.catrl.setting.SettingException.require;

import org.catrl.compute.KlEstimator;

/**
 * The KL term that holds the policy near its initial weights.
 *
 * @param beta        weight of the term; 0 = none, and no reference model is made
 * @param klPlacement where it acts
 * @param klEstimator how it is estimated
 */
public record KlTerm(double beta, KlPlacement klPlacement, KlEstimator klEstimator) {
    public KlTerm {
        require(beta >= 0 && beta < Double.POSITIVE_INFINITY, "beta", beta, "0 (no KL term) or more");
        require(beta == 0 || klPlacement != KlPlacement.NONE, "kl_placement", "none with a beta of " + beta,
                "reward or loss, or beta must be 0");
    }

    /** Whether the term acts at this place. */
    public boolean actsIn(KlPlacement place) {
        return beta > 0 && klPlacement == place;
    }
}
