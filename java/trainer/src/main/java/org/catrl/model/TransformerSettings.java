package org.catrl.model;

/**
 * How a {@link Transformer} trades memory for time; no setting changes a bit of what it computes.
 *
 * @param recompute  keep only the layers' inputs and compute the rest again on the way back
 * @param logitBytes most bytes of logits that stand in memory at once, at least one row of one vocabulary tile
 */
public record TransformerSettings(boolean recompute, long logitBytes) {
    /** The default: everything kept, logits in chunks of 64 MB. */
    public static final TransformerSettings DEFAULT = new TransformerSettings(false, 64L << 20);

    public TransformerSettings {
        if (logitBytes < 1) {
            throw new IllegalArgumentException("logit_bytes is " + logitBytes + "; it must be positive");
        }
    }
}
