package org.catrl.compute.reference;

import org.catrl.compute.Backend;
import org.catrl.compute.VocabTile;

/** Running softmax statistics of rows, merged one vocabulary tile at a time. */
final class ReferenceSoftmax {
    private ReferenceSoftmax() { }

    static void merge(ReferenceBuffer stats, ReferenceBuffer logits, VocabTile tile) {
        ReferenceBuffer targets = (ReferenceBuffer) tile.targets();
        int width = tile.width();
        double inverseTemperature = tile.inverseTemperature();
        for (int i = 0; i < tile.rows(); i++) {
            long row = (long) i * Backend.STATS;
            boolean first = tile.firstId() == 0;
            double oldMax = first ? Double.NEGATIVE_INFINITY : stats.get(row);
            double max = oldMax;
            for (int j = 0; j < width; j++) {
                max = Math.max(max, logits.get((long) i * width + j) * inverseTemperature);
            }
            double rescale = first ? 0 : Math.exp(oldMax - max);
            double sum = first ? 0 : stats.get(row + 1) * rescale;
            double weighted = first ? 0 : stats.get(row + 3) * rescale;
            for (int j = 0; j < width; j++) {
                double z = logits.get((long) i * width + j) * inverseTemperature;
                double e = Math.exp(z - max);
                sum += e;
                weighted += e == 0 ? 0 : z * e;
            }
            int target = targets.integer(i) - tile.firstId();
            if (target >= 0 && target < width) {
                stats.set(row + 2, logits.get((long) i * width + target) * inverseTemperature);
            } else if (first) {
                stats.set(row + 2, 0);
            }
            stats.set(row, max);
            stats.set(row + 1, sum);
            stats.set(row + 3, weighted);
        }
    }

    static void finish(ReferenceBuffer logp, ReferenceBuffer entropy, ReferenceBuffer lse, ReferenceBuffer stats,
                       int n) {
        for (int i = 0; i < n; i++) {
            long row = (long) i * Backend.STATS;
            double log = stats.get(row) + Math.log(stats.get(row + 1));
            lse.set(i, log);
            logp.set(i, stats.get(row + 2) - log);
            entropy.set(i, log - stats.get(row + 3) / stats.get(row + 1));
        }
    }

    static void backward(ReferenceBuffer dlogits, ReferenceBuffer logits, ReferenceBuffer lse, ReferenceBuffer dlogp,
                         VocabTile tile) {
        ReferenceBuffer targets = (ReferenceBuffer) tile.targets();
        for (int i = 0; i < tile.rows(); i++) {
            double factor = dlogp.get(i) * tile.inverseTemperature();
            for (int j = 0; j < tile.width(); j++) {
                long element = (long) i * tile.width() + j;
                double p = Math.exp(logits.get(element) * tile.inverseTemperature() - lse.get(i));
                dlogits.set(element, factor * ((tile.firstId() + j == targets.integer(i) ? 1 : 0) - p));
            }
        }
    }
}
