package org.catrl.compute.reference;

import org.catrl.compute.Buffer;
import org.catrl.compute.HeadShape;
import org.catrl.compute.PagedRows;

/** Where the rows of a pass are in their sequences, and in the cache: element (block, kv head, slot, d). */
record ReferenceRows(PagedRows rows, HeadShape heads) {
    private static ReferenceBuffer at(Buffer buffer) {
        return (ReferenceBuffer) buffer;
    }

    int count() {
        return rows.count();
    }

    int position(int row) {
        return at(rows.positions()).integer(row);
    }

    /** Where the cache holds head {@code head} of a position of the row's sequence. */
    long slot(int row, int position, int head) {
        int sequence = at(rows.sequenceOf()).integer(row);
        long entry = (long) sequence * rows.blocksPerSequence() + position / PagedRows.BLOCK;
        long block = at(rows.blockTable()).integer(entry);
        return ((block * heads.keyValue() + head) * PagedRows.BLOCK + position % PagedRows.BLOCK) * heads.size();
    }

    /** The elements of one head, from start on. */
    double[] head(Buffer from, long start) {
        double[] values = new double[heads.size()];
        for (int d = 0; d < values.length; d++) {
            values[d] = at(from).get(start + d);
        }
        return values;
    }

    void store(Buffer target, long start, double[] values) {
        for (int d = 0; d < values.length; d++) {
            at(target).set(start + d, values[d]);
        }
    }
}
