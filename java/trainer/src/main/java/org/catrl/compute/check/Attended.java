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

/** rope and attention run on sequences from their first token, over a cache that held NaN before. */
public record Attended(Arena arena, PagedRows rows, AttentionShape shape, Buffer qkv, Buffer rotary, HeadNorms norms,
                       Buffer query, KeyValueCache cache, Buffer output, Buffer lse) {
    private static final double EPSILON = 1e-5;
    private static final double OFFSET = 0.75;

    /** @param window of the attention; 0 = none */
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

    /** Some rows of the sequences, whose earlier keys and values are in the cache. */
    public void forward(PagedRows some, Buffer qkvOfThem, Buffer queryOfThem, Buffer outputOfThem, Buffer lseOfThem) {
        backend().rope(queryOfThem, cache, qkvOfThem, some, shape.heads(), rotary, norms);
        backend().attention(outputOfThem, lseOfThem, queryOfThem, cache, some, shape);
    }

    /** The gradients of q, k and v, from that of the output. */
    public Buffer attentionBackward(Buffer dout) {
        Buffer dqkv = arena.made(qkv.type(), qkv.length());
        backend().attentionBackward(dqkv, dout, output, lse, query, cache, rows, shape);
        return dqkv;
    }

    /** dqkv in place, then the norms' gradients where there are norms. */
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
