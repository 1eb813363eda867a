package org.catrl.model;

import org.catrl.compute.Buffer;
import org.catrl.compute.Rows;

/**
 * A {@link Packed} batch in a backend's memory.
 *
 * @param ids       I32[N]
 * @param headRows  I32[predicted], which rows predict a completion token
 * @param targets   I32[predicted], that token
 * @param predicted completion tokens
 */
record Placed(Rows rows, Buffer ids, Buffer headRows, Buffer targets, int predicted) { }
