package org.catrl.compute;

/**
 * What R sequences have drawn; see {@link Backend#advance}.
 *
 * @param capacity most tokens a row can record
 * @param taken    I32[R], tokens recorded so far
 * @param ids      I32[capacity, R]
 * @param logp     F32[capacity, R]
 */
public record DecodeRecord(int capacity, Buffer taken, Buffer ids, Buffer logp) { }
