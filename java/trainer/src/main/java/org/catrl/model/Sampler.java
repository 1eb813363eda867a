package org.catrl.model;

import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.compute.LinearShape;
import org.catrl.compute.RmsNorm;
import org.catrl.compute.SampleBatch;

/** The decoder's end: whole rows of logits for the wanted draws, a bounded number of them at a time, and the draws. */
public final class Sampler {
    private final Weights weights;
    private final Backend backend;
    private final ModelConfig config;
    private final int vocab;
    private final int chunk;

    /**
     * A sampler over these weights.
     *
     * @param logitBytes most bytes of logits that stand in memory at once, at least one draw's
     */
    Sampler(Weights weights, long logitBytes) {
        this.weights = weights;
        this.backend = weights.backend();
        this.config = weights.config();
        this.vocab = config.vocab();
        this.chunk = (int) Math.max(1, Math.min(Integer.MAX_VALUE, logitBytes / ((long) Float.BYTES * vocab)));
    }

    /**
     * What a number of draws works on.
     *
     * @param settings F32[n, 5], see {@link SampleBatch}
     * @param counters I32[n, 4], Philox counter of each draw
     * @param ids      I32[n], drawn
     * @param logp     F32[n], their log-probabilities
     * @param logits   F32, one chunk of rows
     */
    record SampleBuffers(Buffer settings, Buffer counters, Buffer ids, Buffer logp, Buffer logits) { }

    /** Buffers for n draws, whose settings and counters are to be written. */
    SampleBuffers buffers(Workspace workspace, int n) {
        return new SampleBuffers(workspace.floats((long) n * SampleBatch.SETTINGS), workspace.ints(4L * n),
                workspace.ints((long) n), workspace.floats(n), workspace.floats((long) Math.min(n, chunk) * vocab));
    }

    /** Fills ids and logProbs, from the residual stream x storage[N, C]. */
    void draw(Workspace workspace, Buffer x, RowBatch batch, int[] ids, float[] logProbs) {
        int n = batch.draws();
        Buffer hidden = hidden(workspace, x, batch.rows(), batch.drawRow());
        SampleBuffers buffers = buffers(workspace, n);
        buffers.settings().put(batch.settings());
        buffers.counters().put(batch.counters());
        draw(buffers, hidden, n, batch.seed(), batch.seen() == null ? null : Seen.of(workspace, batch.seen()));
        buffers.ids().read(0, ids, 0, n);
        buffers.logp().read(0, logProbs, 0, n);
    }

    /** Fills the buffers' ids and logp from n rows after the final norm; nothing is read back. */
    void draw(SampleBuffers buffers, Buffer hidden, int n, long seed, Seen seen) {
        for (int from = 0; from < n; from += chunk) {
            int m = Math.min(chunk, n - from);
            Buffer rows = logits(buffers.logits().slice(0, (long) m * vocab), rows(hidden, from, m, config.width()), m);
            backend.sample(rows(buffers.ids(), from, m, 1), rows(buffers.logp(), from, m, 1), rows,
                    new SampleBatch(m, vocab, rows(buffers.settings(), from, m, SampleBatch.SETTINGS),
                            rows(buffers.counters(), from, m, 4), seed,
                            seen == null ? null : seen.from().slice(from, m + 1L), seen == null ? null : seen.ids()));
        }
    }

    /** The logits F32[wanted, V] of some rows of x storage[N, C]. */
    Buffer logits(Workspace workspace, Buffer x, int rows, int... wanted) {
        Buffer hidden = hidden(workspace, x, rows, wanted);
        Buffer logits = workspace.floats((long) wanted.length * vocab);
        return logits(logits, hidden, wanted.length);
    }

    /** Computes hidden storage[n, C] = the final norm of the first n rows of x. */
    void norm(Buffer hidden, Buffer x, int n) {
        backend.rmsnorm(hidden, null, x, new RmsNorm(weights.layout().finalNorm(weights.values()), config.width(),
                config.epsilon(), config.normOffset()), n);
    }

    private Buffer hidden(Workspace workspace, Buffer x, int rows, int[] wanted) {
        Buffer picked = workspace.stored((long) wanted.length * config.width());
        Buffer hidden = workspace.stored((long) wanted.length * config.width());
        backend.embed(picked, x, workspace.ints(wanted), wanted.length, config.width(), rows);
        norm(hidden, picked, wanted.length);
        return hidden;
    }

    /** Each vocabulary tile's logits go straight to their columns. */
    private Buffer logits(Buffer logits, Buffer hidden, int m) {
        for (int tile = 0; tile < PackedWeights.tiles(vocab); tile++) {
            LinearShape shape = new LinearShape(m, PackedWeights.tileWidth(vocab, tile), config.width(), vocab);
            Buffer columns = logits.slice((long) tile * Backend.VOCAB_TILE, shape.outputLength());
            backend.linear(columns, hidden, weights.packed().head(tile), null, null, shape);
        }
        return logits;
    }

    private static Buffer rows(Buffer matrix, int from, int count, int width) {
        return matrix.slice((long) from * width, (long) count * width);
    }

    /** The ids each draw's repetition penalty applies to, one list after another. */
    record Seen(Buffer from, Buffer ids) {
        /** The lists in a workspace's memory. */
        static Seen of(Workspace workspace, int[][] seen) {
            int[] from = new int[seen.length + 1];
            for (int draw = 0; draw < seen.length; draw++) {
                from[draw + 1] = from[draw] + seen[draw].length;
            }
            int[] ids = new int[Math.max(1, from[seen.length])];
            for (int draw = 0; draw < seen.length; draw++) {
                System.arraycopy(seen[draw], 0, ids, from[draw], seen[draw].length);
            }
            return new Seen(workspace.ints(from), workspace.ints(ids));
        }
    }
}
