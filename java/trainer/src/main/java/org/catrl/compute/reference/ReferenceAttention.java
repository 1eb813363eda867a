package org.catrl.compute.reference;

import org.catrl.compute.Buffer;
import org.catrl.compute.HeadShape;
import org.catrl.compute.PagedRows;

/** RoPE with its optional norms, and causal attention over the paged cache; cache element (block, kv head, slot, d). */
final class ReferenceAttention {
    private final PagedRows rows;
    private final HeadShape heads;
    private final int size;
    private final int window;

    /** @param window positions that a row sees, its own included; 0 = all */
    ReferenceAttention(PagedRows rows, HeadShape heads, int window) {
        this.window = window;
        this.rows = rows;
        this.heads = heads;
        this.size = heads.size();
    }

    private static ReferenceBuffer at(Buffer buffer) {
        return (ReferenceBuffer) buffer;
    }

    private int position(int row) {
        return at(rows.positions()).integer(row);
    }

    private int firstSeen(int row) {
        return window == 0 ? 0 : Math.max(0, position(row) - window + 1);
    }

    /** Where the cache holds head {@code head} of a position of the row's sequence. */
    private long slot(int row, int position, int head) {
        int sequence = at(rows.sequenceOf()).integer(row);
        long block = at(rows.blockTable()).integer((long) sequence * rows.blocksPerSequence() + position / PagedRows.BLOCK);
        return ((block * heads.keyValue() + head) * PagedRows.BLOCK + position % PagedRows.BLOCK) * size;
    }

    private double[] head(Buffer from, long start) {
        double[] values = new double[size];
        for (int d = 0; d < size; d++) {
            values[d] = at(from).get(start + d);
        }
        return values;
    }

    private static void store(Buffer to, long start, double[] values) {
        for (int d = 0; d < values.length; d++) {
            at(to).set(start + d, values[d]);
        }
    }

    void rope(Buffer q, Buffer keys, Buffer values, Buffer qkv, Buffer rotary, Buffer queryNorm, Buffer keyNorm,
              double epsilon, double offset) {
        for (int row = 0; row < rows.count(); row++) {
            long fused = (long) row * heads.fusedWidth();
            int position = position(row);
            for (int h = 0; h < heads.query(); h++) {
                double[] x = normed(head(qkv, fused + (long) h * size), queryNorm, epsilon, offset);
                store(q, (long) row * heads.queryWidth() + (long) h * size, rotated(x, rotary, position, 1));
            }
            for (int h = 0; h < heads.keyValue(); h++) {
                long key = fused + heads.queryWidth() + (long) h * size;
                double[] x = normed(head(qkv, key), keyNorm, epsilon, offset);
                store(keys, slot(row, position, h), rotated(x, rotary, position, 1));
                store(values, slot(row, position, h), head(qkv, key + heads.keyValueWidth()));
            }
        }
    }

    void ropeBackward(Buffer dqkv, Buffer qkv, Buffer rotary, Buffer queryNorm, Buffer keyNorm, Buffer dqueryNorm,
                      Buffer dkeyNorm, double epsilon, double offset) {
        for (int row = 0; row < rows.count(); row++) {
            for (int h = 0; h < heads.query() + heads.keyValue(); h++) {
                long start = (long) row * heads.fusedWidth() + (long) h * size;
                boolean query = h < heads.query();
                double[] dx = rotated(head(dqkv, start), rotary, position(row), -1);
                store(dqkv, start, normedBackward(dx, head(qkv, start), query ? queryNorm : keyNorm,
                        query ? dqueryNorm : dkeyNorm, epsilon, offset));
            }
        }
    }

    private double[] rotated(double[] x, Buffer rotary, int position, int direction) {
        int half = size / 2;
        double[] y = new double[size];
        for (int d = 0; d < half; d++) {
            double cos = at(rotary).get((long) position * size + d);
            double sin = direction * at(rotary).get((long) position * size + half + d);
            y[d] = x[d] * cos - x[d + half] * sin;
            y[d + half] = x[d + half] * cos + x[d] * sin;
        }
        return y;
    }

    private double rstd(double[] x, double epsilon) {
        double sum = 0;
        for (double v : x) {
            sum += v * v;
        }
        return 1 / Math.sqrt(sum / size + epsilon);
    }

    private double[] normed(double[] x, Buffer weight, double epsilon, double offset) {
        if (weight == null) {
            return x;
        }
        double rstd = rstd(x, epsilon);
        for (int d = 0; d < size; d++) {
            x[d] *= rstd * (offset + at(weight).get(d));
        }
        return x;
    }

    private double[] normedBackward(double[] dy, double[] x, Buffer weight, Buffer dweight, double epsilon,
                                    double offset) {
        if (weight == null) {
            return dy;
        }
        double rstd = rstd(x, epsilon);
        double dot = 0;
        for (int d = 0; d < size; d++) {
            dot += dy[d] * (offset + at(weight).get(d)) * x[d];
            at(dweight).add(d, dy[d] * x[d] * rstd);
        }
        double[] dx = new double[size];
        for (int d = 0; d < size; d++) {
            dx[d] = rstd * (dy[d] * (offset + at(weight).get(d)) - x[d] * rstd * rstd * dot / size);
        }
        return dx;
    }

    void forward(Buffer o, Buffer lse, Buffer q, Buffer keys, Buffer values, double scale) {
        for (int row = 0; row < rows.count(); row++) {
            for (int h = 0; h < heads.query(); h++) {
                long query = (long) row * heads.queryWidth() + (long) h * size;
                double[] scores = scores(row, h, head(q, query), keys, scale);
                double logSum = logSumExp(scores);
                double[] out = new double[size];
                for (int t = 0; t < scores.length; t++) {
                    double p = Math.exp(scores[t] - logSum);
                    accumulate(out, p, head(values, slot(row, firstSeen(row) + t, keyValueHead(h))));
                }
                store(o, query, out);
                if (lse != null) {
                    at(lse).set((long) row * heads.query() + h, logSum);
                }
            }
        }
    }

    void backward(Buffer dqkv, Buffer dout, Buffer o, Buffer lse, Buffer q, Buffer keys, Buffer values, double scale) {
        Sums sums = Sums.zero(at(dqkv), (long) rows.count() * heads.fusedWidth());
        for (int row = 0; row < rows.count(); row++) {
            for (int h = 0; h < heads.query(); h++) {
                backward(row, h, sums, dout, o, at(lse).get((long) row * heads.query() + h), q, keys, values, scale);
            }
        }
        sums.store();
    }

    private void backward(int row, int h, Sums dqkv, Buffer dout, Buffer o, double lse, Buffer q, Buffer keys,
                          Buffer values, double scale) {
        long query = (long) row * heads.queryWidth() + (long) h * size;
        double[] qs = head(q, query);
        double[] dos = head(dout, query);
        double delta = dot(dos, head(o, query));
        double[] scores = scores(row, h, qs, keys, scale);
        int firstSeen = firstSeen(row);
        int firstRow = row - position(row) + firstSeen;
        double[] dq = new double[size];
        for (int t = 0; t < scores.length; t++) {
            long slot = slot(row, firstSeen + t, keyValueHead(h));
            double p = Math.exp(scores[t] - lse);
            double ds = p * (dot(dos, head(values, slot)) - delta) * scale;
            accumulate(dq, ds, head(keys, slot));
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

    /** From the first position that the row sees to its own. */
    private double[] scores(int row, int h, double[] q, Buffer keys, double scale) {
        int first = firstSeen(row);
        double[] scores = new double[position(row) + 1 - first];
        for (int t = 0; t < scores.length; t++) {
            scores[t] = scale * dot(q, head(keys, slot(row, first + t, keyValueHead(h))));
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

    private static void accumulate(double[] to, double factor, double[] x) {
        for (int d = 0; d < x.length; d++) {
            to[d] += factor * x[d];
        }
    }

    private static void add(Sums to, long start, double factor, double[] x) {
        for (int d = 0; d < x.length; d++) {
            to.add(start + d, factor * x[d]);
        }
    }
}
