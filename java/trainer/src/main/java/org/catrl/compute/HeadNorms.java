package org.catrl.compute;

/**
 * The norms that every query head and every key head passes before its rotation (Qwen 3), each an {@link RmsNorm} over
 * the D elements of a head.
 *
 * @param query   storage[D], or null: no norms
 * @param key     storage[D], or null likewise
 * @param epsilon added to the mean of the squares
 * @param offset  added to the weights: 0, or 1 where they are kept as their distance from 1 (Gemma)
 */
public record HeadNorms(Buffer query, Buffer key, double epsilon, double offset) { }
