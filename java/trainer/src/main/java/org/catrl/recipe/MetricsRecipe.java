package org.catrl.recipe;

/**
 * Where a run's metrics go beside its record.
 *
 * <pre>{@code
 * metrics: {csv: true}
 * }</pre>
 *
 * @param csv         also to metrics.csv, a row for each step and metric
 * @param tensorboard also to TensorBoard's event files, for {@code tensorboard --logdir runs}
 */
public record MetricsRecipe(boolean csv, boolean tensorboard) {
    static final MetricsRecipe DEFAULTS = new MetricsRecipe(false, true);
}
