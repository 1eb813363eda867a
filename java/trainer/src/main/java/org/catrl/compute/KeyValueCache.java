package org.catrl.compute;

/**
 * The cache of one attention layer, in blocks of {@value PagedRows#BLOCK} positions.
 *
 * @param keys   storage[{@link Backend#cacheLength}]
 * @param values storage[{@link Backend#cacheLength}]
 */
public record KeyValueCache(Buffer keys, Buffer values) { }
