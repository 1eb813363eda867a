package org.catrl.model;

import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;
import org.catrl.compute.RmsNorm;
import org.catrl.compute.VocabTile;

/**
 * From the residual stream to log-probabilities and back. Logits stand in memory one chunk of rows and one vocabulary
 * tile at a time; when one chunk holds them all they are kept for the backward, otherwise they are computed again.
 */
final class Head {
    private final Weights weights;
    private final Backend backend;
    private final ModelConfig config;
    private final int tiles;
    private final int chunkRows;

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
     * @param picked  REAL[n, C], the residual stream's rows   @param rstd F32[n], of the final norm
     * @param hidden  REAL[n, C], after the final norm   @param logits one chunk of one tile
     * @param stats   F32[n, 4]   @param logp, entropy, lse F32[n]
     */
    record Pass(int n, double inverseTemperature, Buffer targets, Buffer rows, Buffer picked, Buffer rstd,
                Buffer hidden, Buffer logits, Buffer stats, Buffer logp, Buffer entropy, Buffer lse) { }

    private int tileWidth(int tile) {
        return PackedWeights.tileWidth(config.vocab(), tile);
    }

    /** logp and entropy of the batch's completion tokens, from the residual stream x REAL[N, C]. */
    Pass forward(Workspace workspace, Buffer x, Placed batch, double inverseTemperature) {
        long n = batch.predicted();
        Pass pass = new Pass(batch.predicted(), inverseTemperature, batch.targets(), batch.headRows(),
                workspace.reals(n * config.width()), workspace.floats(n), workspace.reals(n * config.width()),
                workspace.floats(Math.min(n, chunkRows) * tileWidth(0)), workspace.floats(n * Backend.STATS),
                workspace.floats(n), workspace.floats(n), workspace.floats(n));
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
     * F32[n], per row the mean logit over the whole vocabulary. Logits are products, so this is the hidden row times the
     * mean row of the head.
     */
    Buffer meanLogits(Workspace workspace, Pass pass) {
        Buffer head = weights.layout().head(weights.values());
        Buffer share = workspace.reals(tileWidth(0));
        backend.fill(share, 1.0 / config.vocab());
        Buffer mean = workspace.floats(config.width());
        backend.fill(mean, 0);
        for (int tile = 0; tile < tiles; tile++) {
            backend.linearBackwardWeight(mean, null, share.slice(0, tileWidth(tile)), PackedWeights.tile(head, config, tile),
                    tileWidth(tile), 1, config.width());
        }
        Buffer row = workspace.reals(config.width());
        backend.copy(row, mean);
        long length = backend.packedLength(1, config.width());
        Buffer packed = length == 0 ? row : workspace.reals(length); // some read weights as they are
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

    /** residual REAL[N, C] += the gradient of x, from dlogp F32[n]; that of the head and of the final norm are added. */
    void backward(Workspace workspace, Buffer residual, int residualRows, Pass pass, Buffer dlogp, Gradients into) {
        Buffer dhidden = workspace.reals((long) pass.n() * config.width());
        Buffer dlogits = weights.storage() == DType.F32 ? pass.logits() : workspace.reals(pass.logits().length());
        for (int from = 0; from < pass.n(); from += chunkRows) {
            chunkBackward(pass, from, Math.min(chunkRows, pass.n() - from), dlogits, dhidden, dlogp, into.head());
        }
        Buffer dpicked = workspace.reals((long) pass.n() * config.width());
        backend.fill(dpicked, 0);
        backend.rmsnormBackward(dpicked, into.finalNorm(), dhidden, pass.picked(), pass.rstd(), finalNorm(), pass.n());
        backend.embedBackward(residual, dpicked, pass.rows(), pass.n(), config.width(), residualRows);
    }

    /** dlogits: a chunk of them in the storage type; the logits themselves where that is F32. */
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
