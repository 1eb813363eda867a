package org.catrl.compute;

/**
 * The head geometry of an attention layer.
 *
 * @param query    H, query heads
 * @param keyValue K, key/value heads; divides H
 * @param size     D, elements per head; even
 */
public record HeadShape(int query, int keyValue, int size) {
    public HeadShape {
        if (query < 1 || keyValue < 1 || query % keyValue != 0) {
            throw new IllegalArgumentException("heads: " + query + " query heads are not a multiple of "
                    + keyValue + " key/value heads");
        }
        if (size < 2 || size % 2 != 0) {
            throw new IllegalArgumentException("heads: head size " + size + " is not a positive even number");
        }
    }

    /** Width of the query part: H * D. */
    public int queryWidth() {
        return query * size;
    }

    /** Width of the key (or value) part: K * D. */
    public int keyValueWidth() {
        return keyValue * size;
    }

    /** Width of the fused projection: (H + 2K) * D, in the order q, k, v. */
    public int fusedWidth() {
        return (query + 2 * keyValue) * size;
    }
}
