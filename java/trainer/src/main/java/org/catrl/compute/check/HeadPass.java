package org.catrl.compute.check;

import java.util.ArrayList;
import java.util.List;
import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;
import org.catrl.compute.VocabTile;

/**
 * Log-probabilities from hidden rows, one vocabulary tile's logits at a time, and their gradients with the logits made
 * again: the ops of a model's head over one chunk of rows.
 */
public final class HeadPass {
    private final Backend backend;
    private final int rows;
    private final int width;
    private final int vocab;
    private final Buffer hidden;
    private final Buffer head;
    private final List<Buffer> packedTiles = new ArrayList<>();
    private final Buffer targets;
    private final Buffer logits;
    private final Buffer stats;
    private final Buffer logp;
    private final Buffer entropy;
    private final Buffer lse;

    /**
     * A head whose logits have deviation 1, over seeded rows.
     *
     * @param a     where the operands are made
     * @param rows  N, hidden rows
     * @param width C, inputs of the head
     * @param vocab V, outputs of the head
     */
    public HeadPass(Arena a, int rows, int width, int vocab) {
        this.backend = a.backend();
        this.rows = rows;
        this.width = width;
        this.vocab = vocab;
        hidden = a.stored((long) rows * width);
        head = a.stored((long) vocab * width, 1 / Math.sqrt(width));
        for (int firstId = 0; firstId < vocab; firstId += Backend.VOCAB_TILE) {
            packedTiles.add(a.packed(tileOf(head, firstId), tileWidth(firstId), width));
        }
        targets = a.ints(rows, vocab);
        logits = a.floats((long) rows * tileWidth(0));
        stats = a.floats((long) rows * Backend.STATS);
        logp = a.floats(rows);
        entropy = a.floats(rows);
        lse = a.floats(rows);
    }

    private int tileWidth(int firstId) {
        return Math.min(Backend.VOCAB_TILE, vocab - firstId);
    }

    private Buffer tileOf(Buffer matrix, int firstId) {
        return matrix.slice((long) firstId * width, (long) tileWidth(firstId) * width);
    }

    private VocabTile vocabTile(int firstId) {
        return new VocabTile(targets, rows, tileWidth(firstId), firstId, 1);
    }

    private Buffer logits(int firstId) {
        Buffer tile = logits.slice(0, (long) rows * tileWidth(firstId));
        backend.linear(tile, hidden, packedTiles.get(firstId / Backend.VOCAB_TILE), null, null, rows,
                tileWidth(firstId), width);
        return tile;
    }

    /** The forward pass, which writes log-probabilities, entropies and the log of the softmax's denominators. */
    public OpCall forward() {
        return new OpCall(this::runForward, List.of(logp, entropy, lse));
    }

    private void runForward() {
        for (int firstId = 0; firstId < vocab; firstId += Backend.VOCAB_TILE) {
            backend.softmaxStats(stats, logits(firstId), vocabTile(firstId));
        }
        backend.logprob(logp, entropy, lse, stats, rows);
    }

    /**
     * The gradients of the hidden rows and, added to what it holds, of the head; the forward pass must have run.
     *
     * @param a where its operands are made
     */
    public OpCall backward(Arena a) {
        Buffer dlogp = a.floats(rows);
        Buffer dlogits = a.stored((long) rows * tileWidth(0));
        Buffer dhidden = a.stored((long) rows * width);
        Buffer dhead = a.made(DType.F32, (long) vocab * width);
        return new OpCall(() -> {
            for (int firstId = 0; firstId < vocab; firstId += Backend.VOCAB_TILE) {
                int tile = tileWidth(firstId);
                Buffer gradient = dlogits.slice(0, (long) rows * tile);
                backend.logprobBackward(gradient, logits(firstId), lse, dlogp, vocabTile(firstId));
                backend.linearBackwardWeight(tileOf(dhead, firstId), null, gradient, hidden, rows, tile, width);
                backend.linearBackwardInput(dhidden, gradient, tileOf(head, firstId), rows, tile, width, firstId > 0);
            }
        }, List.of(dhidden, dhead));
    }
}
