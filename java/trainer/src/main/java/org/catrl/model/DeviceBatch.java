package org.catrl.model;

import org.catrl.compute.Buffer;
import org.catrl.compute.PagedRows;

/**
 * A {@link PackedBatch} in a backend's memory.
 *
 * @param rows      the rows and their cache blocks
 * @param ids       I32[N], the tokens
 * @param headRows  I32[predicted], which rows predict a completion token
 * @param targets   I32[predicted], that token
 * @param predicted how many completion tokens
 */
public record DeviceBatch(PagedRows rows, Buffer ids, Buffer headRows, Buffer targets, int predicted) { }
