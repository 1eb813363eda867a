package org.catrl.model;

import java.util.Optional;

/**
 * Rotary position embedding.
 *
 * @param theta   rope_theta, the base of the frequencies
 * @param scaling their stretching, or empty
 */
public record Rope(double theta, Optional<RopeScaling> scaling) {
    public Rope {
        if (!(theta > 0) || Double.isInfinite(theta)) {
            throw new IllegalArgumentException("rope_theta is " + theta + "; it must be a positive number");
        }
    }

    /** Positions that are not stretched. */
    public static Rope of(double theta) {
        return new Rope(theta, Optional.empty());
    }
}
