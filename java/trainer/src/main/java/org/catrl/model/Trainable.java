package org.catrl.model;

import org.catrl.compute.Buffer;

/**
 * What an optimizer updates: a whole model's parameters, or an adapter's.
 *
 * @param flat          F32, all parameters
 * @param copy          the same rounded to the storage type, which the optimizer renews too; null when they are one
 * @param decayedLength how many leading elements are decayed
 * @param repack        renews the packed forms: to be run after an update
 */
public record Trainable(Buffer flat, Buffer copy, long decayedLength, Runnable repack) { }
