package org.catrl.compute.reference;

import org.catrl.compute.AttentionShape;
import org.catrl.compute.Buffer;
import org.catrl.compute.HeadShape;
import org.catrl.compute.KeyValueCache;
import org.catrl.compute.PagedRows;

/** Causal attention over the paged cache. */
final class ReferenceAttention {
    private final ReferenceRows rows;
    private final AttentionShape shape;
    private final KeyValueCache cache;
    private final HeadShape heads;
    private final int size;

    ReferenceAttention(PagedRows rows, AttentionShape shape, KeyValueCache cache) {
        this.heads = shape.heads();
        this.rows = new ReferenceRows(rows, heads);
        this.shape = shape;
        this.cache = cache;
        this.size = heads.size();
    }

    private static ReferenceBuffer at(Buffer buffer) {
        return (ReferenceBuffer) buffer;
    }

    private int firstSeen(int row) {
        return shape.window() == 0 ? 0 : Math.max(0, rows.position(row) - shape.window() + 1);
    }

    void forward(Buffer o, Buffer lse, Buffer q) {
        for (int row = 0; row < rows.count(); row++) {
            for (int h = 0; h < heads.query(); h++) {
                long query = (long) row * heads.queryWidth() + (long) h * size;
                double[] scores = scores(row, h, rows.head(q, query));
                double logSum = logSumExp(scores);
                double[] out = new double[size];
                for (int t = 0; t < scores.length; t++) {
                    double p = Math.exp(scores[t] - logSum);
                    accumulate(out, p, rows.head(cache.values(), rows.slot(row, firstSeen(row) + t, keyValueHead(h))));
                }
                rows.store(o, query, out);
                if (lse != null) {
                    at(lse).set((long) row * heads.query() + h, logSum);
                }
            }
        }
    }

    void backward(Buffer dqkv, Buffer dout, Buffer o, Buffer lse, Buffer q) {
        Sums sums = Sums.zero(at(dqkv), (long) rows.count() * heads.fusedWidth());
        for (int row = 0; row < rows.count(); row++) {
            for (int h = 0; h < heads.query(); h++) {
                backward(row, h, sums, dout, o, at(lse).get((long) row * heads.query() + h), q);
            }
        }
        sums.store();
    }

    private void backward(int row, int h, Sums dqkv, Buffer dout, Buffer o, double lse, Buffer q) {
        long query = (long) row * heads.queryWidth() + (long) h * size;
        double[] qs = rows.head(q, query);
        double[] dos = rows.head(dout, query);
        double delta = dot(dos, rows.head(o, query));
        double[] scores = scores(row, h, qs);
        int firstSeen = firstSeen(row);
        int firstRow = row - rows.position(row) + firstSeen;
        double[] dq = new double[size];
        for (int t = 0; t < scores.length; t++) {
            long slot = rows.slot(row, firstSeen + t, keyValueHead(h));
            double p = Math.exp(scores[t] - lse);
            double ds = p * (dot(dos, rows.head(cache.values(), slot)) - delta) * shape.scale();
            accumulate(dq, ds, rows.head(cache.keys(), slot));
            long dkey = (long) (firstRow + t) * heads.fusedWidth() + heads.queryWidth()
                    + (long) keyValueHead(h) * size;
            add(dqkv, dkey, ds, qs);
            add(dqkv, dkey + heads.keyValueWidth(), p, dos);
        }
        add(dqkv, (long) row * heads.fusedWidth() + (long) h * size, 1, dq);
    }

    private int keyValueHead(int h) {
        return h / (heads.query() / heads.keyValue());
    }

    /** The scores of a row, from the first position that it sees to its own. */
    private double[] scores(int row, int h, double[] q) {
        int first = firstSeen(row);
        double[] scores = new double[rows.position(row) + 1 - first];
        for (int t = 0; t < scores.length; t++) {
            scores[t] = shape.scale() * dot(q, rows.head(cache.keys(), rows.slot(row, first + t, keyValueHead(h))));
        }
        return scores;
    }

    private static double logSumExp(double[] x) {
        double max = Double.NEGATIVE_INFINITY;
        for (double v : x) {
            max = Math.max(max, v);
        }
        double sum = 0;
        for (double v : x) {
            sum += Math.exp(v - max);
        }
        return max + Math.log(sum);
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int d = 0; d < a.length; d++) {
            sum += a[d] * b[d];
        }
        return sum;
    }

    private static void accumulate(double[] sum, double factor, double[] x) {
        for (int d = 0; d < x.length; d++) {
            sum[d] += factor * x[d];
        }
    }

    private static void add(Sums sums, long start, double factor, double[] x) {
        for (int d = 0; d < x.length; d++) {
            sums.add(start + d, factor * x[d]);
        }
    }
}
