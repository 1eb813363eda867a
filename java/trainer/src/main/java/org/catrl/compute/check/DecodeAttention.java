package org.catrl.compute.check;

import java.util.List;
import org.catrl.compute.AttentionShape;
import org.catrl.compute.Buffer;
import org.catrl.compute.HeadNorms;
import org.catrl.compute.HeadShape;
import org.catrl.compute.KeyValueCache;
import org.catrl.compute.PagedRows;

/** Attention of one row of each sequence over its context, whose keys and values rope has written. */
public final class DecodeAttention {
    /** The rows that rope passes at once; when there are more, their keys and values repeat. */
    private static final int PREFILL_ROWS = 1024;

    private DecodeAttention() { }

    /**
     * The op, which writes storage[batch, H D]; the slots of the cache that no row sees hold NaN.
     *
     * @param a       where the operands are made
     * @param decoded the rows
     * @param heads   how many there are, and their size
     */
    public static OpCall call(Arena a, DecodeRows decoded, HeadShape heads) {
        long cached = a.backend().cacheLength(decoded.blocks(), heads);
        KeyValueCache cache = new KeyValueCache(a.nans(cached), a.nans(cached));
        PagedRows rows = decoded.place(a);
        prefill(a, decoded.distinct(decoded.context()), rows, heads, cache);
        Buffer query = a.stored((long) decoded.batch() * heads.queryWidth());
        Buffer output = a.stored(query.length());
        AttentionShape shape = new AttentionShape(heads, 1 / Math.sqrt(heads.size()), 0);
        return new OpCall(() -> a.backend().attention(output, null, query, cache, rows, shape), List.of(output));
    }

    private static void prefill(Arena a, DecodeRows.Places places, PagedRows rows, HeadShape heads,
                                KeyValueCache cache) {
        int count = places.positions().length;
        int atOnce = Math.min(PREFILL_ROWS, count);
        Buffer positions = a.of(places.positions());
        Buffer sequences = a.of(places.sequences());
        Buffer qkv = a.stored((long) atOnce * heads.fusedWidth());
        Buffer query = a.stored((long) atOnce * heads.queryWidth());
        Buffer rotary = a.uniform((long) rows.blocksPerSequence() * PagedRows.BLOCK * heads.size(), -1, 1);
        HeadNorms none = new HeadNorms(null, null, 0, 0);
        for (int first = 0; first < count; first += atOnce) {
            int some = Math.min(atOnce, count - first);
            PagedRows chunk = new PagedRows(some, rows.sequences(), rows.blocksPerSequence(),
                    positions.slice(first, some), sequences.slice(first, some), rows.blockTable());
            a.backend().rope(query.slice(0, (long) some * heads.queryWidth()), cache,
                    qkv.slice(0, (long) some * heads.fusedWidth()), chunk, heads, rotary, none);
        }
    }
}
