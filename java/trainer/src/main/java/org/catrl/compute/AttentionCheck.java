package org.catrl.compute;

/** What rope, attention and their backward ops ask alike of rows, heads and the cache. */
final class AttentionCheck {
    private final ArgumentCheck check;

    AttentionCheck(ArgumentCheck check) {
        this.check = check;
    }

    void rows(String op, Rows rows, Heads heads) {
        check.given(op, "rows", rows);
        check.given(op, "heads", heads);
        check.atLeast(op, "rows.count", rows.count(), 0);
        check.atLeast(op, "rows.sequences", rows.sequences(), rows.count() == 0 ? 0 : 1);
        check.atLeast(op, "rows.blocksPerSequence", rows.blocksPerSequence(), rows.count() == 0 ? 0 : 1);
        check.ints(op, "rows.positions", rows.positions(), rows.count(), "N");
        check.ints(op, "rows.sequenceOf", rows.sequenceOf(), rows.count(), "N");
        check.ints(op, "rows.blockTable", rows.blockTable(), (long) rows.sequences() * rows.blocksPerSequence(),
                "S * blocksPerSequence");
    }

    void cache(String op, Rows rows, Heads heads, Buffer keyCache, Buffer valueCache) {
        long block = (long) heads.keyValueWidth() * Rows.BLOCK;
        check.floats(op, "keyCache", keyCache, rows.count() == 0 ? 0 : block, "one block of K * D * 16");
        check.floatsAs(op, "valueCache", valueCache, "keyCache", keyCache);
        whole(op, "keyCache", keyCache, block, "whole blocks of K * D * 16");
    }

    /** The rotary table and the norms. */
    void rope(String op, Rows rows, Heads heads, Buffer rotary, Buffer queryNorm, Buffer keyNorm, double epsilon) {
        check.floats(op, "rotary", rotary, rows.count() == 0 ? 0 : heads.size(), "one position of D");
        whole(op, "rotary", rotary, heads.size(), "whole positions of D");
        check.bothOrNeither(op, "queryNorm", queryNorm, "keyNorm", keyNorm);
        check.floatsOrNull(op, "queryNorm", queryNorm, heads.size(), "D");
        check.floatsOrNull(op, "keyNorm", keyNorm, heads.size(), "D");
        check.notNegative(op, "epsilon", epsilon);
    }

    void queries(String op, String name, Buffer buffer, Rows rows, Heads heads) {
        check.floats(op, name, buffer, (long) rows.count() * heads.queryWidth(), "N * H * D");
    }

    void fused(String op, String name, Buffer buffer, Rows rows, Heads heads) {
        check.floats(op, name, buffer, (long) rows.count() * heads.fusedWidth(), "N * (H + 2 * K) * D");
    }

    long denominators(Rows rows, Heads heads) {
        return (long) rows.count() * heads.query();
    }

    private static void whole(String op, String name, Buffer buffer, long part, String shape) {
        if (buffer.length() % part != 0) {
            throw ArgumentCheck.wrong(op, name, "must hold " + shape + " = " + part, buffer);
        }
    }
}
