package org.catrl.model;

/** Runs packed token rows through a model over a paged cache and draws the next tokens: all that scheduling needs. */
public interface Runner extends AutoCloseable {
    /** The most rows that one {@link #run} takes. */
    int maxRows();

    /** How many cache blocks there are, of {@link org.catrl.compute.PagedRows#BLOCK} token positions each. */
    int blocks();

    /** The longest sequence that the model takes, prompt and completion together. */
    int maxPositions();

    /** The size of the vocabulary. */
    int vocab();

    /** Copies one cache block, keys and values of every layer. */
    void copyBlock(int source, int target);

    /** Makes one forward pass; fills ids int[R] and logProbs float[R] of the draws. */
    void run(RowBatch batch, int[] ids, float[] logProbs);

    /** The most tokens that {@link #decode} draws for a row: 1 where it is of no use and not to be called. */
    default int lookahead() {
        return 1;
    }

    /**
     * Draws several tokens of each row, each row feeding what it drew, without the host in between; bit for bit what as
     * many {@link #run}s draw.
     *
     * @param batch one row and one draw of it for each sequence, without seen ids; the block table reaches as far as
     *              the rows may go
     * @param left  int[R], most tokens of each row, at most {@link #lookahead}
     * @param stops per row the ids that end it
     * @throws UnsupportedOperationException where {@link #lookahead} is 1
     */
    default Decoded decode(RowBatch batch, int[] left, int[][] stops) {
        throw new UnsupportedOperationException("this runner draws one token at a time");
    }

    @Override
    void close();
}
