/**
 * The decoder-only transformer: its configuration, its weights (safetensors in, safetensors out), one text of the layer
 * for training and decoding, the log-probability head, the paged decoder and AdamW.
 *
 * <p>Called by {@code generate} (through {@link org.catrl.model.Runner}) and by {@code lm} and {@code train};
 * calls only {@code compute} and {@code setting}. Knows nothing of text, sampling policy or rewards. Shape letters are
 * those of {@link org.catrl.compute.Backend}.
 */
package org.catrl.model;
