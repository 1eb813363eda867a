package org.catrl.generate;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.catrl.compute.PagedRows;
import org.catrl.compute.SampleBatch;
import org.catrl.model.RowBatch;
import org.catrl.model.Runner;

/**
 * A runner without a model: its cache holds token ids, and a draw is a hash of the ids it finds there in the order of
 * the block table, of the settings, the counter and the ids seen. So a wrong table, a missing copy, a block shared by
 * mistake or a row out of order changes what is drawn.
 */
public final class FakeRunner implements Runner {
    private final int maxRows;
    private final int maxPositions;
    private final int vocab;
    private final int[][] cache;
    int passes;
    int rows;
    int copies;
    int failAfter = Integer.MAX_VALUE;

    public FakeRunner(int maxRows, int blocks, int maxPositions, int vocab) {
        this.maxRows = maxRows;
        this.maxPositions = maxPositions;
        this.vocab = vocab;
        this.cache = new int[blocks][PagedRows.BLOCK];
    }

    /** The token a model of this kind draws after a history; its log-prob is {@link #logProb}. */
    static int token(int[] history, int length, float[] settings, int[] counter, long seed, int[] seen, int vocab) {
        return (int) Long.remainderUnsigned(hash(history, length, settings, counter, seed, seen), vocab);
    }

    static float logProb(int[] history, int length, float[] settings, int[] counter, long seed, int[] seen) {
        return -(hash(history, length, settings, counter, seed, seen) >>> 44) / 1e5f;
    }

    private static long hash(int[] history, int length, float[] settings, int[] counter, long seed, int[] seen) {
        long hash = settings[0] == 0 ? 1 : 31 * seed + Arrays.hashCode(counter);
        for (int i = 0; i < length; i++) {
            hash = mix(hash + history[i] + 1);
        }
        int[] sorted = settings[4] == 1 ? new int[0] : seen.clone();
        Arrays.sort(sorted);
        return mix(mix(hash + Arrays.hashCode(settings)) + Arrays.hashCode(sorted));
    }

    private static long mix(long x) {
        x = (x ^ x >>> 30) * 0xbf58476d1ce4e5b9L;
        x = (x ^ x >>> 27) * 0x94d049bb133111ebL;
        return x ^ x >>> 31;
    }

    @Override
    public int maxRows() {
        return maxRows;
    }

    @Override
    public int blocks() {
        return cache.length;
    }

    @Override
    public int maxPositions() {
        return maxPositions;
    }

    @Override
    public int vocab() {
        return vocab;
    }

    @Override
    public void copyBlock(int from, int to) {
        copies++;
        cache[to] = cache[from].clone();
    }

    @Override
    public void run(RowBatch batch, int[] ids, float[] logProbs) {
        if (passes++ >= failAfter) {
            throw new IllegalStateException("the runner failed");
        }
        require(batch.rows() >= 1 && batch.rows() <= maxRows, "rows " + batch.rows());
        rows += batch.rows();
        store(batch);
        for (int draw = 0; draw < batch.draws(); draw++) {
            draw(batch, draw, ids, logProbs);
        }
    }

    private void store(RowBatch batch) {
        Set<Long> written = new HashSet<>();
        for (int row = 0; row < batch.rows(); row++) {
            int sequence = batch.sequenceOf()[row];
            int position = batch.positions()[row];
            require(sequence >= 0 && sequence < batch.sequences(), "sequence " + sequence);
            require(row == 0 ? sequence == 0 : sequence == batch.sequenceOf()[row - 1]
                    ? position == batch.positions()[row - 1] + 1 : sequence == batch.sequenceOf()[row - 1] + 1,
                    "order");
            int block = block(batch, sequence, position);
            require(written.add((long) block * PagedRows.BLOCK + position % PagedRows.BLOCK),
                    "two rows write one place");
            cache[block][position % PagedRows.BLOCK] = batch.ids()[row];
        }
    }

    private static int block(RowBatch batch, int sequence, int position) {
        require(position / PagedRows.BLOCK < batch.blocksPerSequence(), "position " + position);
        return batch.blockTable()[sequence * batch.blocksPerSequence() + position / PagedRows.BLOCK];
    }

    private void draw(RowBatch batch, int draw, int[] ids, float[] logProbs) {
        int row = batch.drawRow()[draw];
        int[] history = new int[batch.positions()[row] + 1];
        for (int position = 0; position < history.length; position++) {
            history[position] = cache[block(batch, batch.sequenceOf()[row], position)][position % PagedRows.BLOCK];
        }
        float[] settings = Arrays.copyOfRange(batch.settings(), draw * SampleBatch.SETTINGS,
                (draw + 1) * SampleBatch.SETTINGS);
        int[] counter = Arrays.copyOfRange(batch.counters(), draw * 4, draw * 4 + 4);
        int[] seen = batch.seen() == null ? null : batch.seen()[draw];
        ids[draw] = token(history, history.length, settings, counter, batch.seed(), seen, vocab);
        logProbs[draw] = logProb(history, history.length, settings, counter, batch.seed(), seen);
    }

    private static void require(boolean good, String what) {
        if (!good) {
            throw new AssertionError("a wrong batch: " + what);
        }
    }

    @Override
    public void close() { }
}
