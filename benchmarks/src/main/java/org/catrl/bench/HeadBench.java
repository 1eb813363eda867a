package org.catrl.bench;

import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;
import org.catrl.compute.VocabTile;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;

/**
 * Log-probabilities from hidden rows, one vocabulary tile's logits at a time, and their gradients with the logits made
 * again: the ops of the model's head over one chunk of rows, BF16.
 */
public class HeadBench extends DeviceBench {
    @Param("rows=2048 width=2560 vocab=151936")
    public String shape;

    private int n;
    private int width;
    private int vocab;
    private Buffer hidden;
    private Buffer head;
    private Buffer targets;
    private Buffer logits;
    private Buffer stats;
    private Buffer logp;
    private Buffer entropy;
    private Buffer lse;
    private Buffer dlogp;
    private Buffer dlogits;
    private Buffer dhidden;
    private Buffer dhead;

    static Work forwardWork(Sizes sizes) {
        return Work.flops(2 * sizes.number("rows") * sizes.number("width") * sizes.number("vocab"))
                .of(sizes.count("rows"));
    }

    /** The gradients of both operands; the third product, of the logits, is what recomputation costs. */
    static Work backwardWork(Sizes sizes) {
        return Work.flops(2 * forwardWork(sizes).amount()).of(sizes.count("rows"));
    }

    @Override
    Sizes sizes() {
        return Sizes.of(shape);
    }

    @Override
    void prepare(Sizes sizes) {
        n = sizes.count("rows");
        width = sizes.count("width");
        vocab = sizes.count("vocab");
        long tile = (long) n * tileWidth(0);
        hidden = data().stored((long) n * width);
        head = data().normal(DType.BF16, (long) vocab * width, 1 / Math.sqrt(width));
        targets = data().ids(n, vocab);
        logits = data().made(DType.F32, tile);
        dlogits = data().made(DType.BF16, tile);
        stats = data().made(DType.F32, (long) n * Backend.STATS);
        logp = data().made(DType.F32, n);
        entropy = data().made(DType.F32, n);
        lse = data().made(DType.F32, n);
        dlogp = data().uniform(n);
        dhidden = data().made(DType.BF16, (long) n * width);
        dhead = data().made(DType.F32, (long) vocab * width);
        queueForward();
    }

    private int tileWidth(int firstId) {
        return Math.min(Backend.VOCAB_TILE, vocab - firstId);
    }

    private Buffer rowsOf(Buffer matrix, int firstId) {
        return matrix.slice((long) firstId * width, (long) tileWidth(firstId) * width);
    }

    private VocabTile vocabTile(int firstId) {
        return new VocabTile(targets, n, tileWidth(firstId), firstId, 1);
    }

    private Buffer logits(int firstId) {
        Buffer tile = logits.slice(0, (long) n * tileWidth(firstId));
        backend().linear(tile, hidden, rowsOf(head, firstId), null, null, n, tileWidth(firstId), width);
        return tile;
    }

    private void queueForward() {
        for (int firstId = 0; firstId < vocab; firstId += Backend.VOCAB_TILE) {
            backend().softmaxStats(stats, logits(firstId), vocabTile(firstId));
        }
        backend().logprob(logp, entropy, lse, stats, n);
    }

    private void queueBackward() {
        for (int firstId = 0; firstId < vocab; firstId += Backend.VOCAB_TILE) {
            int tile = tileWidth(firstId);
            Buffer gradient = dlogits.slice(0, (long) n * tile);
            backend().logprobBackward(gradient, logits(firstId), lse, dlogp, vocabTile(firstId));
            backend().linearBackwardWeight(rowsOf(dhead, firstId), null, gradient, hidden, n, tile, width);
            backend().linearBackwardInput(dhidden, gradient, rowsOf(head, firstId), n, tile, width, firstId > 0);
        }
    }

    @Benchmark
    @OperationsPerInvocation(QUEUED)
    public void forward() {
        timesQueued(number -> queueForward());
    }

    @Benchmark
    @OperationsPerInvocation(QUEUED)
    public void backward() {
        timesQueued(number -> queueBackward());
    }
}
