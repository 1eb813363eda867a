package org.catrl.compute.reference;

import org.catrl.compute.Backend;

/** Running softmax statistics of rows, merged one vocabulary tile at a time. */
final class ReferenceSoftmax {
    private ReferenceSoftmax() { }

    static void merge(ReferenceBuffer stats, ReferenceBuffer logits, ReferenceBuffer targets, int n, int width,
                      int firstId, double inverseTemperature) {
        for (int i = 0; i < n; i++) {
            long at = (long) i * Backend.STATS;
            boolean first = firstId == 0;
            double oldMax = first ? Double.NEGATIVE_INFINITY : stats.get(at);
            double max = oldMax;
            for (int j = 0; j < width; j++) {
                max = Math.max(max, logits.get((long) i * width + j) * inverseTemperature);
            }
            double shrink = first ? 0 : Math.exp(oldMax - max);
            double sum = first ? 0 : stats.get(at + 1) * shrink;
            double weighted = first ? 0 : stats.get(at + 3) * shrink;
            for (int j = 0; j < width; j++) {
                double z = logits.get((long) i * width + j) * inverseTemperature;
                double e = Math.exp(z - max);
                sum += e;
                weighted += e == 0 ? 0 : z * e;
            }
            int target = targets.integer(i) - firstId;
            if (target >= 0 && target < width) {
                stats.set(at + 2, logits.get((long) i * width + target) * inverseTemperature);
            } else if (first) {
                stats.set(at + 2, 0);
            }
            stats.set(at, max);
            stats.set(at + 1, sum);
            stats.set(at + 3, weighted);
        }
    }

    static void finish(ReferenceBuffer logp, ReferenceBuffer entropy, ReferenceBuffer lse, ReferenceBuffer stats,
                       int n) {
        for (int i = 0; i < n; i++) {
            long at = (long) i * Backend.STATS;
            double log = stats.get(at) + Math.log(stats.get(at + 1));
            lse.set(i, log);
            logp.set(i, stats.get(at + 2) - log);
            entropy.set(i, log - stats.get(at + 3) / stats.get(at + 1));
        }
    }

    static void backward(ReferenceBuffer dlogits, ReferenceBuffer logits, ReferenceBuffer targets,
                         ReferenceBuffer lse, ReferenceBuffer dlogp, int n, int width, int firstId,
                         double inverseTemperature) {
        for (int i = 0; i < n; i++) {
            double factor = dlogp.get(i) * inverseTemperature;
            for (int j = 0; j < width; j++) {
                long at = (long) i * width + j;
                double p = Math.exp(logits.get(at) * inverseTemperature - lse.get(i));
                dlogits.set(at, factor * ((firstId + j == targets.integer(i) ? 1 : 0) - p));
            }
        }
    }
}
