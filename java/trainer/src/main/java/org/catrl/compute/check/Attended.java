package org.catrl.compute.check;

import java.util.ArrayList;
import java.util.List;
import org.catrl.compute.AttentionShape;
import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.compute.HeadNorms;
import org.catrl.compute.HeadShape;
import org.catrl.compute.KeyValueCache;
import org.catrl.compute.PagedRows;

/**
 * What rope and attention make of sequences from their first token, over a cache that held NaN before.
 *
 * @param arena  where all of it lies
 * @param rows   the tokens of the sequences
 * @param shape  that of the attention
 * @param qkv    the fused projection, storage[N, (H + 2K) D]
 * @param rotary F32[positions, D]
 * @param norms  those of the heads, with null weights where there are none
 * @param query  what rope wrote, storage[N, H D]
 * @param cache  the keys and values
 * @param output what attention wrote, storage[N, H D]
 * @param lse    the log of the softmax's denominator, F32[N, H]
 */
public record Attended(Arena arena, PagedRows rows, AttentionShape shape, Buffer qkv, Buffer rotary, HeadNorms norms,
                       Buffer query, KeyValueCache cache, Buffer output, Buffer lse) {
    private static final double EPSILON = 1e-5;
    private static final double OFFSET = 0.75;

    /**
     * Seeded sequences that have passed rope and attention.
     *
     * @param a       where they are made
     * @param heads   how many there are, and their size
     * @param window  that of the attention; 0 = none
     * @param normed  whether heads pass norms
     * @param lengths tokens of each sequence
     */
    public static Attended of(Arena a, HeadShape heads, int window, boolean normed, int... lengths) {
        PagedRows rows = a.sequences(lengths);
        long n = rows.count();
        long cached = a.backend().cacheLength(Arena.blocks(lengths), heads);
        Buffer qkv = a.stored(n * heads.fusedWidth());
        Buffer rotary = a.uniform((long) rows.blocksPerSequence() * PagedRows.BLOCK * heads.size(), -1, 1);
        HeadNorms norms = new HeadNorms(normed ? a.stored(heads.size()) : null,
                normed ? a.stored(heads.size()) : null, EPSILON, OFFSET);
        Attended attended = new Attended(a, rows, new AttentionShape(heads, 1 / Math.sqrt(heads.size()), window), qkv,
                rotary, norms, a.stored(n * heads.queryWidth()), new KeyValueCache(a.nans(cached), a.nans(cached)),
                a.stored(n * heads.queryWidth()), a.floats(n * heads.query()));
        attended.forward(rows, qkv, attended.query, attended.output, attended.lse);
        return attended;
    }

    /** Runs some rows of the sequences, whose earlier keys and values are in the cache. */
    public void forward(PagedRows some, Buffer qkvOfThem, Buffer queryOfThem, Buffer outputOfThem, Buffer lseOfThem) {
        backend().rope(queryOfThem, cache, qkvOfThem, some, shape.heads(), rotary, norms);
        backend().attention(outputOfThem, lseOfThem, queryOfThem, cache, some, shape);
    }

    /** Attention again, over the queries, keys and values that rope has written. */
    public OpCall attention() {
        return new OpCall(() -> backend().attention(output, lse, query, cache, rows, shape), List.of(output, lse));
    }

    /** The op that writes the gradients of q, k and v, from that of the output. */
    public OpCall attentionBackward(Buffer dout) {
        Buffer dqkv = arena.made(qkv.type(), qkv.length());
        return new OpCall(() -> backend().attentionBackward(dqkv, dout, output, lse, query, cache, rows, shape),
                List.of(dqkv));
    }

    /** The gradients: dqkv in place, then the norms' gradients where there are norms. */
    public List<Buffer> ropeBackward(Buffer dqkv) {
        List<Buffer> written = new ArrayList<>(List.of(dqkv));
        boolean normed = norms.query() != null;
        Buffer dqueryNorm = normed ? arena.floats(shape.heads().size()) : null;
        Buffer dkeyNorm = normed ? arena.floats(shape.heads().size()) : null;
        if (normed) {
            written.addAll(List.of(dqueryNorm, dkeyNorm));
        }
        backend().ropeBackward(dqkv, qkv, rows, shape.heads(), rotary, norms, dqueryNorm, dkeyNorm);
        return written;
    }

    private Backend backend() {
        return arena.backend();
    }
}
