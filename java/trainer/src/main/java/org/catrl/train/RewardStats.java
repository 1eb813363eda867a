package org.catrl.train;

import it.unimi.dsi.fastutil.doubles.DoubleArrayList;

/** Mean and standard deviation (divisor n - 1) of what was added. */
public final class RewardStats {
    /** Below this a standard deviation is rounding, as in TRL. */
    private static final double NONE = 1e-8;

    private final DoubleArrayList values = new DoubleArrayList();

    void add(double value) {
        values.add(value);
    }

    int count() {
        return values.size();
    }

    /** The mean; 0 without values. */
    double mean() {
        return values.doubleStream().average().orElse(0);
    }

    /** The standard deviation, divisor n - 1; 0 with fewer than two values. */
    double deviation() {
        double mean = mean();
        double squares = values.doubleStream().map(value -> (value - mean) * (value - mean)).sum();
        return count() < 2 ? 0 : Math.sqrt(squares / (count() - 1));
    }

    boolean none() {
        return deviation() < NONE;
    }
}
