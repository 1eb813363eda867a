package org.catrl.compute.reference;

import org.catrl.compute.Buffer;
import org.catrl.compute.HeadNorms;
import org.catrl.compute.HeadShape;
import org.catrl.compute.KeyValueCache;

/** RoPE with its optional norms, head by head. */
final class ReferenceRope {
    private final ReferenceRows rows;
    private final HeadShape heads;
    private final Buffer rotary;
    private final HeadNorms norms;
    private final int size;

    ReferenceRope(ReferenceRows rows, Buffer rotary, HeadNorms norms) {
        this.rows = rows;
        this.heads = rows.heads();
        this.rotary = rotary;
        this.norms = norms;
        this.size = heads.size();
    }

    private static ReferenceBuffer at(Buffer buffer) {
        return (ReferenceBuffer) buffer;
    }

    void forward(Buffer q, KeyValueCache cache, Buffer qkv) {
        for (int row = 0; row < rows.count(); row++) {
            long fused = (long) row * heads.fusedWidth();
            int position = rows.position(row);
            for (int h = 0; h < heads.query(); h++) {
                double[] x = normed(rows.head(qkv, fused + (long) h * size), norms.query());
                rows.store(q, (long) row * heads.queryWidth() + (long) h * size, rotated(x, position, 1));
            }
            for (int h = 0; h < heads.keyValue(); h++) {
                long key = fused + heads.queryWidth() + (long) h * size;
                double[] x = normed(rows.head(qkv, key), norms.key());
                rows.store(cache.keys(), rows.slot(row, position, h), rotated(x, position, 1));
                rows.store(cache.values(), rows.slot(row, position, h), rows.head(qkv, key + heads.keyValueWidth()));
            }
        }
    }

    void backward(Buffer dqkv, Buffer qkv, Buffer dqueryNorm, Buffer dkeyNorm) {
        for (int row = 0; row < rows.count(); row++) {
            for (int h = 0; h < heads.query() + heads.keyValue(); h++) {
                long start = (long) row * heads.fusedWidth() + (long) h * size;
                boolean query = h < heads.query();
                double[] dx = rotated(rows.head(dqkv, start), rows.position(row), -1);
                rows.store(dqkv, start, normedBackward(dx, rows.head(qkv, start), query ? norms.query() : norms.key(),
                        query ? dqueryNorm : dkeyNorm));
            }
        }
    }

    private double[] rotated(double[] x, int position, int direction) {
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

    private double rstd(double[] x) {
        double sum = 0;
        for (double v : x) {
            sum += v * v;
        }
        return 1 / Math.sqrt(sum / size + norms.epsilon());
    }

    private double[] normed(double[] x, Buffer weight) {
        if (weight == null) {
            return x;
        }
        double rstd = rstd(x);
        for (int d = 0; d < size; d++) {
            x[d] *= rstd * (norms.offset() + at(weight).get(d));
        }
        return x;
    }

    private double[] normedBackward(double[] dy, double[] x, Buffer weight, Buffer dweight) {
        if (weight == null) {
            return dy;
        }
        double rstd = rstd(x);
        double dot = 0;
        for (int d = 0; d < size; d++) {
            dot += dy[d] * (norms.offset() + at(weight).get(d)) * x[d];
            at(dweight).add(d, dy[d] * x[d] * rstd);
        }
        double[] dx = new double[size];
        for (int d = 0; d < size; d++) {
            dx[d] = rstd * (dy[d] * (norms.offset() + at(weight).get(d)) - x[d] * rstd * rstd * dot / size);
        }
        return dx;
    }
}
