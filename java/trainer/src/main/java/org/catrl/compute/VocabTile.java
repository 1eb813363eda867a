package org.catrl.compute;

/**
 * One tile of the vocabulary over N rows: the ids firstId .. firstId + width.
 *
 * @param targets            I32[N], the id whose log-probability is wanted, of the whole vocabulary
 * @param rows               N
 * @param width              at most {@link Backend#VOCAB_TILE}
 * @param firstId            a multiple of {@link Backend#VOCAB_TILE}
 * @param inverseTemperature z = logits * inverseTemperature
 */
public record VocabTile(Buffer targets, int rows, int width, int firstId, double inverseTemperature) { }
