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

    /** The rows, and what attention does with them. */
    static AttentionCheck of(ArgumentCheck check, PagedRows rows, AttentionShape shape) {
        check.given("shape", shape).finite("shape.scale", shape.scale()).atLeast("shape.window", shape.window(), 0);
        return new AttentionCheck(check, rows, shape.heads());
    }

    AttentionCheck cache(KeyValueCache cache) {
        long block = (long) heads.keyValueWidth() * PagedRows.BLOCK;
        check.given("cache", cache)
                .stored("cache.keys", cache.keys(), rows.count() == 0 ? 0 : block, "one block of K * D * 16")
                .as("cache.values", cache.values(), cache.keys().type(), "cache.keys", cache.keys());
        whole("cache.keys", cache.keys(), block, "whole blocks of K * D * 16");
        return this;
    }

    /** The rotary table and the norms. */
    void rope(Buffer rotary, HeadNorms norms) {
        check.floats("rotary", rotary, rows.count() == 0 ? 0 : heads.size(), "one position of D");
        whole("rotary", rotary, heads.size(), "whole positions of D");
        check.given("norms", norms).bothOrNeither("norms.query", norms.query(), "norms.key", norms.key())
                .storedOrNull("norms.query", norms.query(), heads.size(), "D")
                .storedOrNull("norms.key", norms.key(), heads.size(), "D")
                .notNegative("norms.epsilon", norms.epsilon()).notNegative("norms.offset", norms.offset());
    }

    AttentionCheck queries(String name, Buffer buffer) {
        check.stored(name, buffer, (long) rows.count() * heads.queryWidth(), "N * H * D");
        return this;
    }

    AttentionCheck fused(String name, Buffer buffer) {
        check.stored(name, buffer, (long) rows.count() * heads.fusedWidth(), "N * (H + 2 * K) * D");
        return this;
    }

    AttentionCheck denominators(Buffer lse) {
        check.floats("lse", lse, (long) rows.count() * heads.query(), "N * H");
        return this;
    }

    private void whole(String name, Buffer buffer, long part, String shape) {
        if (buffer.length() % part != 0) {
            throw check.wrong(name, "must hold " + shape + " = " + part, buffer);
        }
    }
}
