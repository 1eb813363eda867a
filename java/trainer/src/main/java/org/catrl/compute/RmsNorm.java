package org.catrl.compute;

/**
 * A norm over rows of C elements: y = x * rstd * (offset + weight), rstd = 1 / sqrt(mean(x^2) + epsilon) (Zhang and
 * Sennrich 2019).
 *
 * @param weight  storage[C]
 * @param width   C
 * @param epsilon added to the mean of the squares
 * @param offset  0, or 1 where weights are kept as their distance from 1 (Gemma)
 */
public record RmsNorm(Buffer weight, int width, double epsilon, double offset) { }
