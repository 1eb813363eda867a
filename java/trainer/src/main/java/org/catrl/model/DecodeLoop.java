package org.catrl.model;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.compute.DecodeRecord;
import org.catrl.compute.DecodeState;
import org.catrl.compute.PagedRows;
import org.catrl.compute.SampleBatch;

/**
 * Decoding of many rows for several tokens without the host in between. One token of all rows is one recording of the
 * backend, replayed for every token. Rows are padded to a power of two, and block tables likewise, so that few
 * recordings are made; padding rows have ended from the start, and write to a cache block of their own.
 */
final class DecodeLoop implements AutoCloseable {
    private static final float[] GREEDY = {0, 0, 1, 0, 1};

    private final Weights weights;
    private final Backend backend;
    private final ModelConfig config;
    private final Embedding embedding;
    private final List<Layer> layers;
    private final KvCache cache;
    private final RotaryTables rotary;
    private final Draws draws;
    private final int maxRows;
    private final int maxBlocks;
    private final int idleBlock;
    private final int capacity;
    private final Workspace memory;
    private final Set<Key> recorded = new HashSet<>();
    private Steps steps;

    /** What one recording is made for. */
    private record Key(DecodeLoop loop, int rows, int blocks, long seed) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && key.loop == loop && key.rows == rows && key.blocks == blocks
                    && key.seed == seed;
        }

        @Override
        public int hashCode() {
            return 31 * (31 * rows + blocks) + Long.hashCode(seed);
        }
    }

    /** The memory of the widest step; narrower ones use its beginning. */
    private record Steps(Buffer inputIds, Buffer positions, Buffer sequenceOf, Buffer blockTable, Buffer left,
                         Buffer taken, Buffer recordedIds, Buffer recordedLogp, Buffer stopFrom, Buffer stops, Buffer x,
                         Activations activations, Buffer hidden, Draws.Drawing drawing) { }

    /**
     * @param maxBlocks the longest block table of a sequence
     * @param idleBlock a cache block that no sequence uses
     * @param capacity  most tokens that a row draws at once
     */
    DecodeLoop(Weights weights, Embedding embedding, List<Layer> layers, KvCache cache, RotaryTables rotary,
               Draws draws, int maxRows, int maxBlocks, int idleBlock, int capacity) {
        this.weights = weights;
        this.backend = weights.backend();
        this.config = weights.config();
        this.embedding = embedding;
        this.layers = layers;
        this.cache = cache;
        this.rotary = rotary;
        this.draws = draws;
        this.maxRows = maxRows;
        this.maxBlocks = maxBlocks;
        this.idleBlock = idleBlock;
        this.capacity = capacity;
        this.memory = new Workspace(backend, weights.storage(), "decoding activations");
    }

    /** See {@link Runner#decode}. */
    Decoded decode(RowBatch batch, int[] left, int[][] stops) {
        int rows = padded(batch.rows(), maxRows);
        int blocks = padded(batch.blocksPerSequence(), maxBlocks);
        prepare(stops);
        write(batch, left, stops, rows, blocks);
        Key key = new Key(this, rows, blocks, batch.seed());
        recorded.add(key);
        int most = Arrays.stream(left).max().orElse(0);
        for (int token = 0; token < most; token++) {
            backend.replay(key, () -> step(rows, blocks, batch.seed()));
        }
        Decoded decoded = new Decoded(rows, new int[rows], new int[most * rows], new float[most * rows]);
        steps.taken().read(0, decoded.taken(), 0, rows);
        steps.recordedIds().read(0, decoded.ids(), 0, most * rows);
        steps.recordedLogp().read(0, decoded.logProbs(), 0, most * rows);
        return decoded;
    }

    private static int padded(int wanted, int most) {
        return Math.min(most, wanted <= 1 ? 1 : Integer.highestOneBit(wanted - 1) << 1);
    }

    /** Takes the memory once, and again when the lists of stop ids outgrow it: recordings know its addresses. */
    private void prepare(int[][] stops) {
        int ids = Math.max(1, Arrays.stream(stops).mapToInt(row -> row.length).sum());
        if (steps != null && ids <= steps.stops().length()) {
            return;
        }
        forget();
        memory.rewind();
        long n = maxRows;
        Buffer x = memory.reals(n * config.width());
        steps = new Steps(memory.ints(n), memory.ints(n), memory.ints(n), memory.ints(n * maxBlocks), memory.ints(n),
                memory.ints(n), memory.ints(n * capacity), memory.floats(n * capacity), memory.ints(n + 1),
                memory.ints(Math.max(ids, 4L * maxRows)), x, Activations.inPlace(memory, weights, n, x),
                memory.reals(n * config.width()), draws.drawing(memory, maxRows));
        int[] own = new int[maxRows];
        Arrays.setAll(own, row -> row);
        steps.sequenceOf().put(own);
    }

    private void write(RowBatch batch, int[] left, int[][] stops, int rows, int blocks) {
        steps.inputIds().put(Arrays.copyOf(batch.ids(), rows));
        steps.positions().put(Arrays.copyOf(batch.positions(), rows));
        steps.left().put(Arrays.copyOf(left, rows));
        steps.taken().put(new int[rows]);
        steps.blockTable().put(table(batch, rows, blocks));
        steps.drawing().counters().put(Arrays.copyOf(batch.counters(), 4 * rows));
        float[] settings = Arrays.copyOf(batch.settings(), rows * SampleBatch.SETTINGS);
        for (int row = batch.rows(); row < rows; row++) {
            System.arraycopy(GREEDY, 0, settings, row * SampleBatch.SETTINGS, GREEDY.length);
        }
        steps.drawing().settings().put(settings);
        writeStops(stops, rows);
    }

    private int[] table(RowBatch batch, int rows, int blocks) {
        int[] table = new int[rows * blocks];
        Arrays.fill(table, idleBlock);
        for (int row = 0; row < batch.rows(); row++) {
            System.arraycopy(batch.blockTable(), batch.sequenceOf()[row] * batch.blocksPerSequence(), table,
                    row * blocks, batch.blocksPerSequence());
        }
        return table;
    }

    private void writeStops(int[][] stops, int rows) {
        int[] from = new int[rows + 1];
        for (int row = 0; row < rows; row++) {
            from[row + 1] = from[row] + (row < stops.length ? stops[row].length : 0);
        }
        steps.stopFrom().put(from);
        steps.stops().put(Arrays.stream(stops).flatMapToInt(Arrays::stream).toArray());
    }

    /** One token of every row: what is recorded. */
    private void step(int rows, int blocks, long seed) {
        PagedRows at = new PagedRows(rows, rows, blocks, steps.positions(), steps.sequenceOf(), steps.blockTable());
        embedding.forward(steps.x(), steps.inputIds(), rows);
        for (int layer = 0; layer < layers.size(); layer++) {
            layers.get(layer).forward(steps.x(), steps.x(), steps.activations(),
                    new Layer.Context(at, rotary.of(layer), cache.keys(layer), cache.values(layer)));
        }
        draws.norm(steps.hidden(), steps.x(), rows);
        draws.draw(steps.drawing(), steps.hidden(), rows, seed, null);
        DecodeRecord record = new DecodeRecord(capacity, steps.taken(), steps.recordedIds(), steps.recordedLogp());
        backend.advance(new DecodeState(rows, steps.inputIds(), steps.positions(), steps.drawing().counters(),
                steps.left(), record, steps.stopFrom(), steps.stops()), steps.drawing().ids(), steps.drawing().logp());
    }

    private void forget() {
        recorded.forEach(backend::forget);
        recorded.clear();
    }

    @Override
    public void close() {
        forget();
        memory.close();
    }
}
