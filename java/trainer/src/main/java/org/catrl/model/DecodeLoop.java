package org.catrl.model;

import java.util.Arrays;
import java.util.HashSet;
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
    private final LayerStack stack;
    private final Sampler sampler;
    private final int maxRows;
    private final int maxBlocks;
    private final int idleBlock;
    private final int capacity;
    private final Workspace memory;
    private final Set<Key> recorded = new HashSet<>();
    private Steps steps;

    /** The sizes that one recording is made for. */
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

    /** The books of the widest step, as {@link DecodeState} has them. */
    private record Books(Buffer inputIds, Buffer positions, Buffer left, Buffer taken, Buffer recordedIds,
                         Buffer recordedLogp, Buffer stopFrom, Buffer stops) { }

    /** The memory of the widest step; narrower ones use its beginning. */
    private record Steps(Books books, Buffer sequenceOf, Buffer blockTable, Buffer x, Activations activations,
                         Buffer hidden, Sampler.SampleBuffers buffers) { }

    /**
     * A loop over the layers of a decoder.
     *
     * @param maxBlocks the longest block table of a sequence
     * @param idleBlock a cache block that no sequence uses
     * @param capacity  most tokens that a row draws at once
     */
    DecodeLoop(Weights weights, LayerStack stack, Sampler sampler, int maxRows, int maxBlocks, int idleBlock,
               int capacity) {
        this.weights = weights;
        this.backend = weights.backend();
        this.config = weights.config();
        this.stack = stack;
        this.sampler = sampler;
        this.maxRows = maxRows;
        this.maxBlocks = maxBlocks;
        this.idleBlock = idleBlock;
        this.capacity = capacity;
        this.memory = new Workspace(backend, weights.storage(), "decoding activations");
    }

    /** Several tokens of every row, as {@link Runner#decode} promises. */
    Decoded decode(RowBatch batch, int[] left, int[][] stops) {
        int rows = padded(batch.rows(), maxRows);
        int blocks = padded(batch.table().blocksPerSequence(), maxBlocks);
        prepare(stops);
        write(batch, left, stops, rows, blocks);
        Key key = new Key(this, rows, blocks, batch.seed());
        recorded.add(key);
        int most = Arrays.stream(left).max().orElse(0);
        for (int token = 0; token < most; token++) {
            backend.replay(key, () -> step(rows, blocks, batch.seed()));
        }
        Decoded decoded = new Decoded(rows, new int[rows], new int[most * rows], new float[most * rows]);
        steps.books().taken().read(0, decoded.taken(), 0, rows);
        steps.books().recordedIds().read(0, decoded.ids(), 0, most * rows);
        steps.books().recordedLogp().read(0, decoded.logProbs(), 0, most * rows);
        return decoded;
    }

    private static int padded(int wanted, int most) {
        return Math.min(most, wanted <= 1 ? 1 : Integer.highestOneBit(wanted - 1) << 1);
    }

    /** Takes the memory once, and again when the lists of stop ids outgrow it: recordings know its addresses. */
    private void prepare(int[][] stops) {
        int ids = Math.max(1, Arrays.stream(stops).mapToInt(row -> row.length).sum());
        if (steps != null && ids <= steps.books().stops().length()) {
            return;
        }
        forget();
        memory.rewind();
        long n = maxRows;
        Buffer x = memory.stored(n * config.width());
        Books books = new Books(memory.ints(n), memory.ints(n), memory.ints(n), memory.ints(n),
                memory.ints(n * capacity), memory.floats(n * capacity), memory.ints(n + 1),
                memory.ints(Math.max(ids, 4L * maxRows)));
        steps = new Steps(books, memory.ints(n), memory.ints(n * maxBlocks), x,
                Activations.inPlace(memory, weights, n, x), memory.stored(n * config.width()),
                sampler.buffers(memory, maxRows));
        int[] sequences = new int[maxRows];
        Arrays.setAll(sequences, row -> row);
        steps.sequenceOf().put(sequences);
    }

    private void write(RowBatch batch, int[] left, int[][] stops, int rows, int blocks) {
        steps.books().inputIds().put(Arrays.copyOf(batch.ids(), rows));
        steps.books().positions().put(Arrays.copyOf(batch.positions(), rows));
        steps.books().left().put(Arrays.copyOf(left, rows));
        steps.books().taken().put(new int[rows]);
        steps.blockTable().put(table(batch, rows, blocks));
        steps.buffers().counters().put(Arrays.copyOf(batch.counters(), 4 * rows));
        float[] settings = Arrays.copyOf(batch.settings(), rows * SampleBatch.SETTINGS);
        for (int row = batch.rows(); row < rows; row++) {
            System.arraycopy(GREEDY, 0, settings, row * SampleBatch.SETTINGS, GREEDY.length);
        }
        steps.buffers().settings().put(settings);
        writeStops(stops, rows);
    }

    private int[] table(RowBatch batch, int rows, int blocks) {
        int[] table = new int[rows * blocks];
        Arrays.fill(table, idleBlock);
        int given = batch.table().blocksPerSequence();
        for (int row = 0; row < batch.rows(); row++) {
            System.arraycopy(batch.table().blocks(), batch.sequenceOf()[row] * given, table, row * blocks, given);
        }
        return table;
    }

    private void writeStops(int[][] stops, int rows) {
        int[] from = new int[rows + 1];
        for (int row = 0; row < rows; row++) {
            from[row + 1] = from[row] + (row < stops.length ? stops[row].length : 0);
        }
        steps.books().stopFrom().put(from);
        steps.books().stops().put(Arrays.stream(stops).flatMapToInt(Arrays::stream).toArray());
    }

    /** Draws one token of every row: what is recorded. */
    private void step(int rows, int blocks, long seed) {
        Books books = steps.books();
        PagedRows paged = new PagedRows(rows, rows, blocks, books.positions(), steps.sequenceOf(), steps.blockTable());
        stack.forward(steps.x(), books.inputIds(), paged, steps.activations());
        sampler.norm(steps.hidden(), steps.x(), rows);
        sampler.draw(steps.buffers(), steps.hidden(), rows, seed, null);
        DecodeRecord record = new DecodeRecord(capacity, books.taken(), books.recordedIds(), books.recordedLogp());
        backend.advance(new DecodeState(rows, books.inputIds(), books.positions(), steps.buffers().counters(),
                books.left(), record, books.stopFrom(), books.stops()), steps.buffers().ids(), steps.buffers().logp());
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
