package org.catrl.bench;

import java.util.Arrays;
import java.util.Random;
import org.catrl.compute.DType;
import org.catrl.compute.SampleBatch;
import org.catrl.compute.check.DecodeRows;
import org.catrl.model.BlockTable;
import org.catrl.model.Decoder;
import org.catrl.model.RowBatch;
import org.catrl.model.Weights;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;

/**
 * One token of every sequence through a whole model and its draw, BF16: {@link #TOKENS} in a row, the last of which
 * fills the context, then the host looks. The cache holds what the model made of random prompts.
 */
public class DecodeStepBench extends DeviceBench {
    static final int TOKENS = 8;
    private static final int PREFILL_ROWS = 2048;
    private static final int[] NO_DRAWS = new int[0];

    @Param("model=Qwen3-0.6B batch=64 context=1024 shared=512 group=8")
    public String shape;

    private DecodeRows rows;
    private Weights weights;
    private Decoder decoder;

    /** Every matrix once, keys and values of every distinct position. */
    static Work work(Sizes sizes) {
        BenchModel model = BenchModel.of(sizes.text("model"));
        double cached = 2.0 * DecodeAttentionBench.decoded(sizes).distinctPositions()
                * model.config().heads().keyValueWidth();
        return Work.bytes(DType.BF16.bytes() * (model.matrixElements() + model.config().layers() * cached))
                .of(sizes.count("batch"));
    }

    @Override
    Sizes sizes() {
        return Sizes.of(shape);
    }

    @Override
    void prepare(Sizes sizes) {
        rows = DecodeAttentionBench.decoded(sizes);
        weights = BenchModel.of(sizes.text("model")).weights(backend(), arena(), true);
        decoder = new Decoder(weights, Math.max(rows.batch(), PREFILL_ROWS), rows.blocks());
        if (decoder.lookahead() < TOKENS) {
            throw new IllegalStateException("the decoder draws " + decoder.lookahead() + " tokens at once, not "
                    + TOKENS);
        }
        prefill();
    }

    /** Every distinct position but the last few of each sequence. */
    private void prefill() {
        DecodeRows.Places places = rows.distinct(rows.context() - TOKENS);
        int count = places.positions().length;
        int[] ids = new Random(2).ints(count, 0, weights.config().vocab()).toArray();
        for (int first = 0; first < count; first += PREFILL_ROWS) {
            int end = Math.min(count, first + PREFILL_ROWS);
            decoder.run(batch(Arrays.copyOfRange(ids, first, end), Arrays.copyOfRange(places.positions(), first, end),
                    Arrays.copyOfRange(places.sequences(), first, end), NO_DRAWS), new int[0], new float[0]);
        }
    }

    private RowBatch batch(int[] ids, int[] positions, int[] sequences, int[] draws) {
        float[] settings = new float[draws.length * SampleBatch.SETTINGS];
        int[] counters = new int[draws.length * 4];
        for (int draw = 0; draw < draws.length; draw++) {
            settings[draw * SampleBatch.SETTINGS] = 1;
            settings[draw * SampleBatch.SETTINGS + 2] = 1;
            settings[draw * SampleBatch.SETTINGS + 4] = 1;
            counters[draw * 4] = draw;
        }
        BlockTable table = new BlockTable(rows.batch(), rows.blocksPerSequence(), rows.blockTable());
        return new RowBatch(ids, positions, sequences, table, draws, settings, counters, 1, null);
    }

    @Benchmark
    @OperationsPerInvocation(TOKENS)
    public void decode() {
        guarded(this::decodeTokens);
    }

    private void decodeTokens() {
        int[] positions = new int[rows.batch()];
        int[] left = new int[rows.batch()];
        Arrays.fill(positions, rows.context() - TOKENS);
        Arrays.fill(left, TOKENS);
        decoder.decode(batch(new int[rows.batch()], positions, rows.sequenceOf(), rows.sequenceOf()), left,
                new int[rows.batch()][0]);
    }

    @Override
    void release() {
        decoder.close();
        weights.close();
    }
}
