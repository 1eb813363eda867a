package org.catrl.model;

import org.catrl.compute.Buffer;
import org.catrl.compute.PagedRows;

/**
 * A {@link PackedBatch} batch in a backend's memory.
 *
 * @param ids       I32[N]
 * @param headRows  I32[predicted], which rows predict a completion token
 * @param targets   I32[predicted], that token
 * @param predicted completion tokens
 */
public record DeviceBatch(PagedRows rows, Buffer ids, Buffer headRows, Buffer targets, int predicted) { }
