package org.catrl.model;

import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;
import org.catrl.compute.RmsNorm;
import org.catrl.compute.VocabTile;

/**
 * The head: from the residual stream to log-probabilities and back. Logits stand in memory one chunk of rows and one
 * vocabulary tile at a time; when one chunk holds them all they are kept for the backward, otherwise they are computed
 * again.
 */
final class Head {
    private final Weights weights;
    private final Backend backend;
    private final ModelConfig config;
    private final int tiles;
    private final int chunkRows;

    /**
     * A head over these weights.
     *
     * @param logitBytes most bytes of logits at once, at least one row of a tile
     */
    Head(Weights weights, long logitBytes) {
        this.weights = weights;
        this.backend = weights.backend();
        this.config = weights.config();
        this.tiles = PackedWeights.tiles(config.vocab());
        long rowBytes = (long) Float.BYTES * tileWidth(0);
        this.chunkRows = (int) Math.max(1, Math.min(Integer.MAX_VALUE, logitBytes / rowBytes));
    }

    /**
     * One pass over n picked rows.
     *
     * @param batch   whose completion tokens are scored, n of them
     * @param inverseTemperature factor of all logits
     * @param picked  storage[n, C], the residual stream's rows
     * @param rstd    F32[n], of the final norm
     * @param hidden  storage[n, C], after the final norm
     * @param logits  one chunk of one tile
     * @param stats   F32[n, 4], of the softmax
     * @param logp    F32[n], log-probabilities
     * @param entropy F32[n], in nats
     * @param lse     F32[n], the logarithm of the sum of exponentials
     */
    record Pass(DeviceBatch batch, double inverseTemperature, Buffer picked, Buffer rstd, Buffer hidden, Buffer logits,
                Buffer stats, Buffer logp, Buffer entropy, Buffer lse) {
        /** How many tokens are scored. */
        int n() {
            return batch.predicted();
        }

        /** The tokens, I32[n]. */
        Buffer targets() {
            return batch.targets();
        }

        /** The rows of the residual stream that predict them, I32[n]. */
        Buffer rows() {
            return batch.headRows();
        }
    }

    private int tileWidth(int tile) {
        return PackedWeights.tileWidth(config.vocab(), tile);
    }

    /** Computes logp and entropy of the batch's completion tokens, from the residual stream x storage[N, C]. */
    Pass forward(Workspace workspace, Buffer x, DeviceBatch batch, double inverseTemperature) {
        long n = batch.predicted();
        Pass pass = new Pass(batch, inverseTemperature, workspace.stored(n * config.width()), workspace.floats(n),
                workspace.stored(n * config.width()), workspace.floats(Math.min(n, chunkRows) * tileWidth(0)),
                workspace.floats(n * Backend.STATS), workspace.floats(n), workspace.floats(n), workspace.floats(n));
        backend.embed(pass.picked(), x, pass.rows(), pass.n(), config.width(), batch.rows().count());
        backend.rmsnorm(pass.hidden(), pass.rstd(), pass.picked(), finalNorm(), pass.n());
        for (int from = 0; from < pass.n(); from += chunkRows) {
            int m = Math.min(chunkRows, pass.n() - from);
            for (int tile = 0; tile < tiles; tile++) {
                backend.softmaxStats(rows(pass.stats(), from, m, Backend.STATS), logits(pass, from, m, tile),
                        vocabTile(pass, from, m, tile));
            }
        }
        backend.logprob(pass.logp(), pass.entropy(), pass.lse(), pass.stats(), pass.n());
        return pass;
    }

    /**
     * The mean logit of each row over the whole vocabulary, F32[n]. Logits are products, so this is the hidden row
     * times the mean row of the head.
     */
    Buffer meanLogits(Workspace workspace, Pass pass) {
        Buffer head = weights.layout().head(weights.values());
        Buffer share = workspace.stored(tileWidth(0));
        backend.fill(share, 1.0 / config.vocab());
        Buffer mean = workspace.floats(config.width());
        backend.fill(mean, 0);
        for (int tile = 0; tile < tiles; tile++) {
            backend.linearBackwardWeight(mean, null, share.slice(0, tileWidth(tile)),
                    PackedWeights.tile(head, config, tile), tileWidth(tile), 1, config.width());
        }
        Buffer row = workspace.stored(config.width());
        backend.copy(row, mean);
        long length = backend.packedLength(1, config.width());
        Buffer packed = length == 0 ? row : workspace.stored(length); // some read weights as they are
        if (length > 0) {
            backend.pack(packed, row, 1, config.width());
        }
        Buffer logits = workspace.floats(pass.n());
        backend.linear(logits, pass.hidden(), packed, null, null, pass.n(), 1, config.width());
        return logits;
    }

    private RmsNorm finalNorm() {
        return new RmsNorm(weights.layout().finalNorm(weights.values()), config.width(), config.epsilon(),
                config.normOffset());
    }

    private VocabTile vocabTile(Pass pass, int from, int m, int tile) {
        return new VocabTile(rows(pass.targets(), from, m, 1), m, tileWidth(tile), tile * Backend.VOCAB_TILE,
                pass.inverseTemperature());
    }

    private Buffer logits(Pass pass, int from, int m, int tile) {
        Buffer logits = rows(pass.logits(), 0, m, tileWidth(tile));
        backend.linear(logits, rows(pass.hidden(), from, m, config.width()), weights.packed().head(tile), null, null,
                m, tileWidth(tile), config.width());
        return logits;
    }

    private static Buffer rows(Buffer matrix, int from, int count, int width) {
        return matrix.slice((long) from * width, (long) count * width);
    }

    /** Computes residual storage[N, C] += the gradient of x, from dlogp F32[n]; head and final norm add to theirs. */
    void backward(Workspace workspace, Buffer residual, int residualRows, Pass pass, Buffer dlogp, Gradients into) {
        Buffer dhidden = workspace.stored((long) pass.n() * config.width());
        Buffer dlogits = weights.storage() == DType.F32 ? pass.logits() : workspace.stored(pass.logits().length());
        for (int from = 0; from < pass.n(); from += chunkRows) {
            chunkBackward(pass, from, Math.min(chunkRows, pass.n() - from), dlogits, dhidden, dlogp, into.head());
        }
        Buffer dpicked = workspace.stored((long) pass.n() * config.width());
        backend.fill(dpicked, 0);
        backend.rmsnormBackward(dpicked, into.finalNorm(), dhidden, pass.picked(), pass.rstd(), finalNorm(), pass.n());
        backend.embedBackward(residual, dpicked, pass.rows(), pass.n(), config.width(), residualRows);
    }

    /**
     * Goes back over m rows.
     *
     * @param dlogits one chunk in the storage type; the logits themselves where that is F32
     */
    private void chunkBackward(Pass pass, int from, int m, Buffer dlogits, Buffer dhidden, Buffer dlogp,
                               Buffer dhead) {
        boolean kept = tiles == 1 && pass.n() <= chunkRows;
        Buffer head = weights.layout().head(weights.values());
        for (int tile = 0; tile < tiles; tile++) {
            Buffer logits = kept ? pass.logits() : logits(pass, from, m, tile);
            Buffer gradient = rows(dlogits, 0, m, tileWidth(tile));
            backend.logprobBackward(gradient, logits, rows(pass.lse(), from, m, 1), rows(dlogp, from, m, 1),
                    vocabTile(pass, from, m, tile));
            if (dhead != null) {
                backend.linearBackwardWeight(PackedWeights.tile(dhead, config, tile), null, gradient,
                        rows(pass.hidden(), from, m, config.width()), m, tileWidth(tile), config.width());
            }
            backend.linearBackwardInput(rows(dhidden, from, m, config.width()), gradient,
                    PackedWeights.tile(head, config, tile), m, tileWidth(tile), config.width(), tile > 0);
        }
    }
}
