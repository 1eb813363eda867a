package org.catrl.flow;

/**
 * One yes/no question to a response.
 *
 * @param text   what a response that meets it does, or, with negative points, must not do
 * @param points what meeting it is worth; not 0
 * @param veto   a response that fails it, or meets it where points are negative, scores nothing whatever else it does
 */
public record Criterion(String text, double points, boolean veto) {
    public Criterion {
        if (!Double.isFinite(points) || points == 0) {
            throw new IllegalArgumentException("points is " + points + "; it must be a number other than 0");
        }
    }

    /** A criterion without a veto. */
    public Criterion(String text, double points) {
        this(text, points, false);
    }

    /** Whether a verdict is the wished one. */
    public boolean isGood(boolean met) {
        return met == points > 0;
    }
}
