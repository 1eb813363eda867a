package org.catrl.compute.check;

import java.util.ArrayList;
import java.util.List;
import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.compute.HeadShape;
import org.catrl.compute.PagedRows;

/** rope and attention run on sequences from their first token, over a cache that held NaN before. */
public record Attended(Arena arena, PagedRows rows, HeadShape heads, int window, Buffer qkv, Buffer rotary,
                       Buffer queryNorm, Buffer keyNorm, Buffer query, Buffer keys, Buffer values, Buffer output,
                       Buffer lse) {
    private static final double EPSILON = 1e-5;
    private static final double OFFSET = 0.75;

    /** @param window of the attention; 0 = none */
    public static Attended of(Arena a, HeadShape heads, int window, boolean norms, int... lengths) {
        PagedRows rows = a.sequences(lengths);
        int n = rows.count();
        long cache = a.backend().cacheLength(Arena.blocks(lengths), heads);
        Attended at = new Attended(a, rows, heads, window, a.reals((long) n * heads.fusedWidth()),
                a.uniform((long) rows.blocksPerSequence() * PagedRows.BLOCK * heads.size(), -1, 1),
                norms ? a.reals(heads.size()) : null, norms ? a.reals(heads.size()) : null,
                a.reals((long) n * heads.queryWidth()), a.nans(cache), a.nans(cache),
                a.reals((long) n * heads.queryWidth()), a.floats((long) n * heads.query()));
        at.forward(rows, at.qkv, at.query, at.output, at.lse);
        return at;
    }

    /** Some rows of the sequences, whose earlier keys and values are in the cache. */
    public void forward(PagedRows some, Buffer qkvOfThem, Buffer queryOfThem, Buffer outputOfThem, Buffer lseOfThem) {
        backend().rope(queryOfThem, keys, values, qkvOfThem, some, heads, rotary, queryNorm, keyNorm, EPSILON,
                OFFSET);
        backend().attention(outputOfThem, lseOfThem, queryOfThem, keys, values, some, heads, scale(), window);
    }

    public Buffer attentionBackward(Buffer dout) {
        Buffer dqkv = arena.made(qkv.type(), qkv.length());
        backend().attentionBackward(dqkv, dout, output, lse, query, keys, values, rows, heads, scale(), window);
        return dqkv;
    }

    /** dqkv in place, then the norms' gradients where there are norms. */
    public List<Buffer> ropeBackward(Buffer dqkv) {
        List<Buffer> written = new ArrayList<>(List.of(dqkv));
        boolean norms = queryNorm != null;
        if (norms) {
            written.add(arena.floats(heads.size()));
            written.add(arena.floats(heads.size()));
        }
        backend().ropeBackward(dqkv, qkv, rows, heads, rotary, queryNorm, keyNorm, norms ? written.get(1) : null,
                norms ? written.get(2) : null, EPSILON, OFFSET);
        return written;
    }

    private Backend backend() {
        return arena.backend();
    }

    private double scale() {
        return 1 / Math.sqrt(heads.size());
    }
}
