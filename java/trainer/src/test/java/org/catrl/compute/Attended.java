package org.catrl.compute;

import java.util.ArrayList;
import java.util.List;

/** rope and attention run on sequences from their first token, over a cache that held NaN before. */
record Attended(Backend backend, Rows rows, Heads heads, Buffer qkv, Buffer rotary, Buffer queryNorm, Buffer keyNorm,
                Buffer query, Buffer keys, Buffer values, Buffer output, Buffer lse) {
    private static final double EPSILON = 1e-5;

    static Attended of(Arena a, Heads heads, boolean norms, int... lengths) {
        Rows rows = a.sequences(lengths);
        int n = rows.count();
        long cache = a.backend().cacheLength(Arena.blocks(lengths), heads);
        Attended at = new Attended(a.backend(), rows, heads, a.floats((long) n * heads.fusedWidth()),
                a.uniform((long) rows.blocksPerSequence() * Rows.BLOCK * heads.size(), -1, 1),
                norms ? a.floats(heads.size()) : null, norms ? a.floats(heads.size()) : null,
                a.floats((long) n * heads.queryWidth()), a.nans(cache), a.nans(cache),
                a.floats((long) n * heads.queryWidth()), a.floats((long) n * heads.query()));
        at.forward(rows, at.qkv, at.query, at.output, at.lse);
        return at;
    }

    /** Some rows of the sequences, whose earlier keys and values are in the cache. */
    void forward(Rows some, Buffer qkvOfThem, Buffer queryOfThem, Buffer outputOfThem, Buffer lseOfThem) {
        backend.rope(queryOfThem, keys, values, qkvOfThem, some, heads, rotary, queryNorm, keyNorm, EPSILON);
        backend.attention(outputOfThem, lseOfThem, queryOfThem, keys, values, some, heads, scale());
    }

    Buffer attentionBackward(Buffer dout) {
        Buffer dqkv = backend.allocate(DType.F32, qkv.length(), "test");
        backend.attentionBackward(dqkv, dout, output, lse, query, keys, values, rows, heads, scale());
        return dqkv;
    }

    /** dqkv in place, then the norms' gradients where there are norms. */
    List<Buffer> ropeBackward(Buffer dqkv, Arena a) {
        List<Buffer> written = new ArrayList<>(List.of(dqkv));
        boolean norms = queryNorm != null;
        if (norms) {
            written.add(a.floats(heads.size()));
            written.add(a.floats(heads.size()));
        }
        backend.ropeBackward(dqkv, qkv, rows, heads, rotary, queryNorm, keyNorm, norms ? written.get(1) : null,
                norms ? written.get(2) : null, EPSILON);
        return written;
    }

    private double scale() {
        return 1 / Math.sqrt(heads.size());
    }
}
