package org.catrl.model;

import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.compute.PagedRows;

/** Runs token rows over a paged cache through the layers that training runs, and draws from some of them. */
public final class Decoder implements Runner {
    private static final long LOGIT_BYTES = 64L << 20;
    /** Bytes for all rows' logits at once where decoding runs ahead: each chunk of them reads the head again. */
    private static final long AHEAD_LOGIT_BYTES = 256L << 20;

    private final Weights weights;
    private final Backend backend;
    private final ModelConfig config;
    private final int maxRows;
    private final int blocks;
    private final Workspace memory;
    private final Workspace scratch;
    private final KvCache cache;
    private final RotaryTables rotary;
    private final LayerStack stack;
    private final int positions;
    private final Sampler sampler;
    private final int lookahead;
    private final DecodeLoop loop;

    /**
     * A decoder with a cache of its own.
     *
     * @param weights what it runs; their owner closes them
     * @param maxRows most rows of one {@link #run}
     * @param blocks  how many cache blocks it takes, of {@link PagedRows#BLOCK} positions each
     */
    public Decoder(Weights weights, int maxRows, int blocks) {
        this(weights, maxRows, blocks, weights.backend().lookahead() > 1 ? AHEAD_LOGIT_BYTES : LOGIT_BYTES,
                weights.backend().lookahead());
    }

    /**
     * A decoder with other sizes than the backend's.
     *
     * @param logitBytes most bytes of logits that stand in memory at once, at least one draw's
     * @param lookahead  most tokens that a row draws before the host looks
     */
    Decoder(Weights weights, int maxRows, int blocks, long logitBytes, int lookahead) {
        if (maxRows < 1 || blocks < 1) {
            throw new IllegalArgumentException("a decoder wants at least 1 row and 1 cache block, not " + maxRows
                    + " and " + blocks);
        }
        this.weights = weights;
        this.backend = weights.backend();
        this.config = weights.config();
        this.maxRows = maxRows;
        this.blocks = blocks;
        memory = new Workspace(backend, weights.storage(), "kv cache");
        scratch = new Workspace(backend, weights.storage(), "decoding activations");
        this.lookahead = lookahead;
        boolean ahead = lookahead > 1;
        cache = new KvCache(backend, memory, config.heads(), config.layers(), ahead ? blocks + 1 : blocks);
        positions = (int) Math.min(config.maxPositions(), (long) blocks * PagedRows.BLOCK);
        rotary = new RotaryTables(backend, config, "rotary table");
        rotary.reserve(positions);
        stack = new LayerStack(weights, cache, rotary);
        sampler = new Sampler(weights, logitBytes);
        loop = ahead ? new DecodeLoop(weights, stack, sampler, maxRows,
                (positions + PagedRows.BLOCK - 1) / PagedRows.BLOCK, blocks, lookahead) : null;
        reserve();
    }

    /** Takes the memory that the widest pass will take, in the order of {@link #forward}. */
    private void reserve() {
        scratch.ints((long) maxRows);
        scratch.ints((long) maxRows);
        scratch.ints((long) blocks);
        Buffer x = scratch.stored((long) maxRows * config.width());
        scratch.ints((long) maxRows);
        Activations.inPlace(scratch, weights, maxRows, x);
    }

    @Override
    public int maxRows() {
        return maxRows;
    }

    @Override
    public int blocks() {
        return blocks;
    }

    @Override
    public int maxPositions() {
        return config.maxPositions();
    }

    @Override
    public int vocab() {
        return config.vocab();
    }

    @Override
    public void copyBlock(int source, int target) {
        cache.copyBlock(source, target);
    }

    @Override
    public void run(RowBatch batch, int[] ids, float[] logProbs) {
        Buffer x = forward(batch);
        if (batch.draws() > 0) {
            try {
                sampler.draw(scratch, x, batch, ids, logProbs);
            } catch (IllegalStateException e) {
                throw UndrawableException.of(e);
            }
        }
    }

    @Override
    public int lookahead() {
        return lookahead;
    }

    @Override
    public Decoded decode(RowBatch batch, int[] left, int[][] stops) {
        check(batch);
        for (int row = 0; row < batch.rows(); row++) {
            int last = batch.positions()[row] + left[row] - 1;
            int reach = batch.table().blocksPerSequence() * PagedRows.BLOCK;
            if (left[row] < 1 || left[row] > lookahead || last >= reach) {
                throw new IllegalArgumentException("row " + row + " at position " + batch.positions()[row]
                        + " may not draw " + left[row] + " tokens: 1 to " + lookahead + " within its "
                        + batch.table().blocksPerSequence() + " cache blocks");
            }
        }
        try {
            return loop.decode(batch, left, stops);
        } catch (IllegalStateException e) {
            throw UndrawableException.of(e);
        }
    }

    /** The residual stream storage[N, C] after the last layer. */
    private Buffer forward(RowBatch batch) {
        check(batch);
        scratch.rewind();
        int n = batch.rows();
        BlockTable table = batch.table();
        PagedRows rows = new PagedRows(n, table.sequences(), table.blocksPerSequence(),
                scratch.ints(batch.positions()), scratch.ints(batch.sequenceOf()), scratch.ints(table.blocks()));
        Buffer x = scratch.stored((long) n * config.width());
        Buffer ids = scratch.ints(batch.ids());
        stack.forward(x, ids, rows, Activations.inPlace(scratch, weights, n, x));
        return x;
    }

    private void check(RowBatch batch) {
        if (batch.rows() < 1 || batch.rows() > maxRows) {
            throw new IllegalArgumentException("a pass of " + batch.rows() + " rows; this decoder takes 1 to "
                    + maxRows);
        }
        for (int position : batch.positions()) {
            if (position < 0 || position >= positions) {
                throw new IllegalArgumentException("position " + position + " is outside the model's "
                        + config.maxPositions() + " positions or the cache's " + (long) blocks * PagedRows.BLOCK);
            }
        }
        for (int block : batch.table().blocks()) {
            if (block < 0 || block >= blocks) {
                throw new IllegalArgumentException("cache block " + block + " is outside [0, " + blocks + ")");
            }
        }
    }

    /** The logits F32[rows, V] of the wanted rows of a pass: for tests and for scores over the whole vocabulary. */
    float[] logits(RowBatch batch, int... wanted) {
        Buffer x = forward(batch);
        return sampler.logits(scratch, x, batch.rows(), wanted).floats();
    }

    @Override
    public void close() {
        if (loop != null) {
            loop.close();
        }
        memory.close();
        scratch.close();
        rotary.close();
    }
}
