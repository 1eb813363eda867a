package org.catrl.model;

/** Runs packed token rows through a model over a paged cache and draws the next tokens: all that scheduling needs. */
public interface Runner extends AutoCloseable {
    /** Most rows one {@link #run} takes. */
    int maxRows();

    /** Cache blocks there are, of {@link org.catrl.compute.Rows#BLOCK} token positions each. */
    int blocks();

    /** Longest sequence the model takes, prompt and completion together. */
    int maxPositions();

    /** Size of the vocabulary. */
    int vocab();

    /** Copies one cache block, keys and values of every layer. */
    void copyBlock(int from, int to);

    /** One forward pass; fills ids int[R] and logProbs float[R] of the draws. */
    void run(RowBatch batch, int[] ids, float[] logProbs);

    @Override
    void close();
}
