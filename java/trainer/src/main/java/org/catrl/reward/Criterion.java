package org.catrl.reward;

/**
 * One yes/no question to a response.
 *
 * @param text   what a response that meets it does, or, with negative points, must not do
 * @param points what meeting it is worth; not 0
 */
public record Criterion(String text, double points) {
    public Criterion {
        if (!Double.isFinite(points) || points == 0) {
            throw new IllegalArgumentException("points is " + points + "; it must be a number other than 0");
        }
    }
}
