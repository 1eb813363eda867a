package org.catrl.compute;

/** What rope, attention and their backward ops ask alike of rows, heads and the cache. */
final class AttentionCheck {
    private final ArgumentCheck check;
    private final PagedRows rows;
    private final HeadShape heads;

    AttentionCheck(ArgumentCheck check, PagedRows rows, HeadShape heads) {
        this.check = check;
        this.rows = rows;
        this.heads = heads;
        check.given("rows", rows).given("heads", heads);
        int any = rows.count() == 0 ? 0 : 1;
        check.atLeast("rows.count", rows.count(), 0).atLeast("rows.sequences", rows.sequences(), any)
                .atLeast("rows.blocksPerSequence", rows.blocksPerSequence(), any)
                .ints("rows.positions", rows.positions(), rows.count(), "N")
                .ints("rows.sequenceOf", rows.sequenceOf(), rows.count(), "N")
                .ints("rows.blockTable", rows.blockTable(), (long) rows.sequences() * rows.blocksPerSequence(),
                        "S * blocksPerSequence");
    }

    AttentionCheck cache(Buffer keyCache, Buffer valueCache) {
        long block = (long) heads.keyValueWidth() * PagedRows.BLOCK;
        check.real("keyCache", keyCache, rows.count() == 0 ? 0 : block, "one block of K * D * 16")
                .as("valueCache", valueCache, keyCache.type(), "keyCache", keyCache);
        whole("keyCache", keyCache, block, "whole blocks of K * D * 16");
        return this;
    }

    /** The rotary table and the norms. */
    void rope(Buffer rotary, Buffer queryNorm, Buffer keyNorm, double epsilon, double offset) {
        check.floats("rotary", rotary, rows.count() == 0 ? 0 : heads.size(), "one position of D");
        whole("rotary", rotary, heads.size(), "whole positions of D");
        check.bothOrNeither("queryNorm", queryNorm, "keyNorm", keyNorm)
                .realOrNull("queryNorm", queryNorm, heads.size(), "D")
                .realOrNull("keyNorm", keyNorm, heads.size(), "D").notNegative("epsilon", epsilon)
                .notNegative("offset", offset);
    }

    AttentionCheck queries(String name, Buffer buffer) {
        check.real(name, buffer, (long) rows.count() * heads.queryWidth(), "N * H * D");
        return this;
    }

    AttentionCheck fused(String name, Buffer buffer) {
        check.real(name, buffer, (long) rows.count() * heads.fusedWidth(), "N * (H + 2 * K) * D");
        return this;
    }

    AttentionCheck denominators(Buffer lse) {
        check.floats("lse", lse, (long) rows.count() * heads.query(), "N * H");
        return this;
    }

    void scores(double scale, int window) {
        check.finite("scale", scale).atLeast("window", window, 0);
    }

    private void whole(String name, Buffer buffer, long part, String shape) {
        if (buffer.length() % part != 0) {
            throw check.wrong(name, "must hold " + shape + " = " + part, buffer);
        }
    }
}
