package org.catrl.compute.reference;

import java.util.Arrays;
import java.util.Comparator;
import org.catrl.compute.SampleBatch;

/** One draw per row, in the order of Hugging Face generate(): penalty, temperature, top-k, top-p, min-p, draw. */
final class ReferenceSampling {
    private final SampleBatch batch;

    ReferenceSampling(SampleBatch batch) {
        this.batch = batch;
    }

    void draw(ReferenceBuffer ids, ReferenceBuffer logp, ReferenceBuffer logits) {
        for (int r = 0; r < batch.count(); r++) {
            double[] row = row(logits, r);
            double temperature = setting(r, 0);
            double scale = temperature == 0 ? 1 : temperature;
            double lse = logSumExp(row, scale);
            double[] penalised = penalised(row, r);
            int id = temperature == 0 ? argmax(penalised) : draw(distribution(penalised, r), uniform(r));
            ids.integer(r, id);
            logp.set(r, row[id] / scale - lse);
        }
    }

    private double[] row(ReferenceBuffer logits, int r) {
        double[] row = new double[batch.vocab()];
        boolean finite = false;
        for (int i = 0; i < row.length; i++) {
            row[i] = logits.get((long) r * row.length + i);
            if (Double.isNaN(row[i])) {
                throw new IllegalStateException("sample: row " + r + " holds NaN at id " + i);
            }
            finite |= !Double.isInfinite(row[i]);
        }
        if (!finite) {
            throw new IllegalStateException("sample: row " + r + " holds no finite logit");
        }
        return row;
    }

    /** What the draw is from, after every truncation; sums to 1. */
    double[] distribution(double[] logits, int r) {
        double[] z = logits.clone();
        for (int i = 0; i < z.length; i++) {
            z[i] /= setting(r, 0);
        }
        topK(z, (int) setting(r, 1));
        topP(z, setting(r, 2));
        minP(z, setting(r, 3));
        return softmax(z);
    }

    private static void topK(double[] z, int k) {
        if (k > 0 && k < z.length) {
            double[] sorted = z.clone();
            Arrays.sort(sorted);
            double least = sorted[z.length - k];
            for (int i = 0; i < z.length; i++) {
                z[i] = z[i] < least ? Double.NEGATIVE_INFINITY : z[i];
            }
        }
    }

    /** Ascending, stably: ids whose cumulative probability is at most 1 - p go; the last one always stays. */
    private static void topP(double[] z, double p) {
        if (p >= 1) {
            return;
        }
        double[] probabilities = softmax(z);
        Integer[] ascending = new Integer[z.length];
        Arrays.setAll(ascending, i -> i);
        double[] before = z.clone();
        Arrays.sort(ascending, Comparator.comparingDouble(i -> before[i]));
        double cumulative = 0;
        for (int i = 0; i < z.length - 1; i++) {
            cumulative += probabilities[ascending[i]];
            if (cumulative <= 1 - p) {
                z[ascending[i]] = Double.NEGATIVE_INFINITY;
            }
        }
    }

    private static void minP(double[] z, double p) {
        if (p <= 0) {
            return;
        }
        double[] probabilities = softmax(z);
        double least = p * Arrays.stream(probabilities).max().orElseThrow();
        for (int i = 0; i < z.length; i++) {
            z[i] = probabilities[i] < least ? Double.NEGATIVE_INFINITY : z[i];
        }
    }

    private double[] penalised(double[] row, int r) {
        double penalty = setting(r, 4);
        double[] penalised = row.clone();
        if (penalty != 1) {
            ReferenceBuffer from = (ReferenceBuffer) batch.seenFrom();
            for (int s = from.integer(r); s < from.integer(r + 1); s++) {
                int id = ((ReferenceBuffer) batch.seen()).integer(s);
                penalised[id] = row[id] < 0 ? row[id] * penalty : row[id] / penalty;
            }
        }
        return penalised;
    }

    /** The first id at which the cumulative distribution passes u. */
    private static int draw(double[] probabilities, double u) {
        double cumulative = 0;
        int last = -1;
        for (int i = 0; i < probabilities.length; i++) {
            if (probabilities[i] > 0) {
                last = i;
                cumulative += probabilities[i];
                if (cumulative > u) {
                    return i;
                }
            }
        }
        return last;
    }

    private double uniform(int r) {
        ReferenceBuffer counters = (ReferenceBuffer) batch.counters();
        long first = 4L * r;
        return Philox.uniform(counters.integer(first), counters.integer(first + 1), counters.integer(first + 2),
                counters.integer(first + 3), batch.seed());
    }

    private double setting(int r, int which) {
        return ((ReferenceBuffer) batch.settings()).get((long) r * SampleBatch.SETTINGS + which);
    }

    private static int argmax(double[] row) {
        int best = 0;
        for (int i = 1; i < row.length; i++) {
            best = row[i] > row[best] ? i : best;
        }
        return best;
    }

    private static double logSumExp(double[] row, double scale) {
        double max = Arrays.stream(row).max().orElseThrow() / scale;
        double sum = 0;
        for (double value : row) {
            sum += Math.exp(value / scale - max);
        }
        return max + Math.log(sum);
    }

    private static double[] softmax(double[] z) {
        double lse = logSumExp(z, 1);
        return Arrays.stream(z).map(value -> Math.exp(value - lse)).toArray();
    }
}
