package org.catrl.compute;

import java.util.List;
import org.catrl.compute.check.Arena;

/** A right call of every op that takes a buffer. */
final class CheckedCalls {
    private static final int N = 3;
    private static final int C = 5;
    private static final int K = 7;
    private static final int V = 11;
    private static final HeadShape HEADS = new HeadShape(4, 2, 6);
    private static final AttentionShape ATTENTION = new AttentionShape(HEADS, 0.4, 0);

    private final Backend backend;
    private final Arena a;

    CheckedCalls(Backend backend) {
        this.backend = backend;
        this.a = new Arena(backend, 5);
    }

    List<CheckedCall> all() {
        return List.of(fill(), copy(), add(), multiply(), scale(), embed(), embedBackward(), rmsnorm(),
                rmsnormBackward(), pack(), linear(), linearBackwardInput(), linearBackwardWeight(), rope(true),
                rope(false), ropeBackward(true), ropeBackward(false), attention(), attentionBackward(), glu(),
                gluBackward(), softmaxStats(), logprob(), logprobBackward(), sample(true), sample(false), advance(),
                grpo(), sum(), sumSquares(), adamw());
    }

    private CheckedCall fill() {
        return CheckedCall.of("fill").free("x", a.floats(N)).calls(b -> backend.fill(b.get("x"), 1));
    }

    private CheckedCall copy() {
        return CheckedCall.of("copy").with("to", a.floats(N)).with("from", a.floats(N))
                .calls(b -> backend.copy(b.get("to"), b.get("from")));
    }

    private CheckedCall add() {
        return CheckedCall.of("add").with("y", a.floats(N)).with("x", a.floats(N))
                .calls(b -> backend.add(b.get("y"), b.get("x")));
    }

    private CheckedCall multiply() {
        return CheckedCall.of("multiply").with("y", a.floats(N)).with("x", a.floats(N))
                .calls(b -> backend.multiply(b.get("y"), b.get("x")));
    }

    private CheckedCall scale() {
        return CheckedCall.of("scale").free("x", a.floats(N)).calls(b -> backend.scale(b.get("x"), 2));
    }

    private CheckedCall embed() {
        return CheckedCall.of("embed").with("y", a.floats(N * C)).with("table", a.floats(V * C))
                .with("ids", a.ints(N, V))
                .calls(b -> backend.embed(b.get("y"), b.get("table"), b.get("ids"), N, C, V));
    }

    private CheckedCall embedBackward() {
        return CheckedCall.of("embedBackward").with("dtable", a.floats(V * C)).with("dy", a.floats(N * C))
                .with("ids", a.ints(N, V))
                .calls(b -> backend.embedBackward(b.get("dtable"), b.get("dy"), b.get("ids"), N, C, V));
    }

    private static RmsNorm norm(CheckedCall.Arguments b) {
        return new RmsNorm(b.get("norm.weight"), C, 1e-5, 0);
    }

    private CheckedCall rmsnorm() {
        return CheckedCall.of("rmsnorm").with("y", a.floats(N * C)).nullable("rstd", a.floats(N))
                .with("x", a.floats(N * C)).with("norm.weight", a.floats(C))
                .calls(b -> backend.rmsnorm(b.get("y"), b.get("rstd"), b.get("x"), norm(b), N));
    }

    private CheckedCall rmsnormBackward() {
        return CheckedCall.of("rmsnormBackward").with("dx", a.floats(N * C)).nullable("dweight", a.floats(C))
                .with("dy", a.floats(N * C)).with("x", a.floats(N * C)).with("norm.weight", a.floats(C))
                .with("rstd", a.floats(N)).calls(b -> backend.rmsnormBackward(b.get("dx"), b.get("dweight"),
                        b.get("dy"), b.get("x"), b.get("rstd"), norm(b), N));
    }

    private CheckedCall pack() {
        return CheckedCall.of("pack").with("packed", a.floats(backend.packedLength(C, K)))
                .with("weight", a.floats(C * K)).calls(b -> backend.pack(b.get("packed"), b.get("weight"), C, K));
    }

    private CheckedCall linear() {
        return CheckedCall.of("linear").with("y", a.floats(N * C)).with("x", a.floats(N * K))
                .with("packed", a.packed(a.floats(C * K), C, K)).nullable("bias", a.floats(C))
                .nullable("addend", a.floats(N * C)).calls(b -> backend.linear(b.get("y"), b.get("x"), b.get("packed"),
                        b.get("bias"), b.get("addend"), N, C, K));
    }

    private CheckedCall linearBackwardInput() {
        return CheckedCall.of("linearBackwardInput").with("dx", a.floats(N * K)).with("dy", a.floats(N * C))
                .with("weight", a.floats(C * K)).calls(b -> backend.linearBackwardInput(b.get("dx"), b.get("dy"),
                        b.get("weight"), N, C, K, true));
    }

    private CheckedCall linearBackwardWeight() {
        return CheckedCall.of("linearBackwardWeight").with("dweight", a.floats(C * K)).nullable("dbias", a.floats(C))
                .with("dy", a.floats(N * C)).with("x", a.floats(N * K)).calls(b -> backend.linearBackwardWeight(
                        b.get("dweight"), b.get("dbias"), b.get("dy"), b.get("x"), N, C, K));
    }

    private PagedRows rows() {
        return a.sequences(17, 2);
    }

    private static CheckedCall.Builder withRows(CheckedCall.Builder call, PagedRows rows) {
        return call.with("rows.positions", rows.positions()).with("rows.sequenceOf", rows.sequenceOf())
                .with("rows.blockTable", rows.blockTable());
    }

    private static PagedRows rowsOf(CheckedCall.Arguments b, PagedRows rows) {
        return new PagedRows(rows.count(), rows.sequences(), rows.blocksPerSequence(), b.get("rows.positions"),
                b.get("rows.sequenceOf"), b.get("rows.blockTable"));
    }

    private Buffer blocks() {
        return a.floats(backend.cacheLength(Arena.blocks(17, 2), HEADS));
    }

    private CheckedCall.Builder withCache(CheckedCall.Builder call) {
        return call.with("cache.keys", blocks()).with("cache.values", blocks());
    }

    private static KeyValueCache cacheOf(CheckedCall.Arguments b) {
        return new KeyValueCache(b.get("cache.keys"), b.get("cache.values"));
    }

    private CheckedCall.Builder withNorms(CheckedCall.Builder call, boolean norms) {
        return norms ? call.with("norms.query", a.floats(HEADS.size())).with("norms.key", a.floats(HEADS.size()))
                : call;
    }

    private static HeadNorms normsOf(CheckedCall.Arguments b, boolean norms) {
        return new HeadNorms(norms ? b.get("norms.query") : null, norms ? b.get("norms.key") : null, 1e-5, 0);
    }

    private Buffer queries(PagedRows rows) {
        return a.floats((long) rows.count() * HEADS.queryWidth());
    }

    private Buffer fused(PagedRows rows) {
        return a.floats((long) rows.count() * HEADS.fusedWidth());
    }

    private CheckedCall rope(boolean norms) {
        PagedRows rows = rows();
        CheckedCall.Builder call = withCache(CheckedCall.of("rope").with("q", queries(rows))).with("qkv", fused(rows))
                .with("rotary", a.floats(32L * HEADS.size()));
        return withRows(withNorms(call, norms), rows).calls(b -> backend.rope(b.get("q"), cacheOf(b), b.get("qkv"),
                rowsOf(b, rows), HEADS, b.get("rotary"), normsOf(b, norms)));
    }

    private CheckedCall ropeBackward(boolean norms) {
        PagedRows rows = rows();
        CheckedCall.Builder call = withNorms(CheckedCall.of("ropeBackward").with("dqkv", fused(rows))
                .with("qkv", fused(rows)).with("rotary", a.floats(32L * HEADS.size())), norms);
        if (norms) {
            call.with("dqueryNorm", a.floats(HEADS.size())).with("dkeyNorm", a.floats(HEADS.size()));
        }
        return withRows(call, rows).calls(b -> backend.ropeBackward(b.get("dqkv"), b.get("qkv"), rowsOf(b, rows), HEADS,
                b.get("rotary"), normsOf(b, norms), norms ? b.get("dqueryNorm") : null,
                norms ? b.get("dkeyNorm") : null));
    }

    private CheckedCall attention() {
        PagedRows rows = rows();
        CheckedCall.Builder call = withCache(CheckedCall.of("attention").with("o", queries(rows))
                .nullable("lse", a.floats((long) rows.count() * HEADS.query())).with("q", queries(rows)));
        return withRows(call, rows).calls(b -> backend.attention(b.get("o"), b.get("lse"), b.get("q"), cacheOf(b),
                rowsOf(b, rows), ATTENTION));
    }

    private CheckedCall attentionBackward() {
        PagedRows rows = rows();
        CheckedCall.Builder call = withCache(CheckedCall.of("attentionBackward").with("dqkv", fused(rows))
                .with("dout", queries(rows)).with("o", queries(rows))
                .with("lse", a.floats((long) rows.count() * HEADS.query())).with("q", queries(rows)));
        return withRows(call, rows).calls(b -> backend.attentionBackward(b.get("dqkv"), b.get("dout"), b.get("o"),
                b.get("lse"), b.get("q"), cacheOf(b), rowsOf(b, rows), ATTENTION));
    }

    private CheckedCall glu() {
        return CheckedCall.of("glu").with("y", a.floats(N * C)).with("gateUp", a.floats(2 * N * C))
                .calls(b -> backend.glu(b.get("y"), b.get("gateUp"), N, C, GluActivation.SILU));
    }

    private CheckedCall gluBackward() {
        return CheckedCall.of("gluBackward").with("dgateUp", a.floats(2 * N * C)).with("dy", a.floats(N * C))
                .with("gateUp", a.floats(2 * N * C)).calls(b -> backend.gluBackward(b.get("dgateUp"), b.get("dy"),
                        b.get("gateUp"), N, C, GluActivation.SILU));
    }

    private static VocabTile tileOf(CheckedCall.Arguments b) {
        return new VocabTile(b.get("tile.targets"), N, V, 0, 1);
    }

    private CheckedCall softmaxStats() {
        return CheckedCall.of("softmaxStats").with("stats", a.floats(N * Backend.STATS)).with("logits", a.floats(N * V))
                .with("tile.targets", a.ints(N, V))
                .calls(b -> backend.softmaxStats(b.get("stats"), b.get("logits"), tileOf(b)));
    }

    private CheckedCall logprob() {
        return CheckedCall.of("logprob").with("logp", a.floats(N)).with("entropy", a.floats(N))
                .with("lse", a.floats(N)).with("stats", a.uniform(N * Backend.STATS, 1, 2))
                .calls(b -> backend.logprob(b.get("logp"), b.get("entropy"), b.get("lse"), b.get("stats"), N));
    }

    private CheckedCall logprobBackward() {
        return CheckedCall.of("logprobBackward").with("dlogits", a.floats(N * V))
                .with("logits", a.floats(N * V)).with("tile.targets", a.ints(N, V)).with("lse", a.floats(N))
                .with("dlogp", a.floats(N)).calls(b -> backend.logprobBackward(b.get("dlogits"), b.get("logits"),
                        b.get("lse"), b.get("dlogp"), tileOf(b)));
    }

    private CheckedCall sample(boolean seen) {
        CheckedCall.Builder call = CheckedCall.of("sample").with("ids", a.ints(N, 1)).with("logp", a.floats(N))
                .with("logits", a.floats(N * V)).with("batch.settings", a.of(new float[] {1, 0, 1, 0, 1, 1, 0, 1, 0, 1,
                    1, 0, 1, 0, 1})).with("batch.counters", a.ints(4 * N, 99));
        if (seen) {
            call.with("batch.seenFrom", a.of(0, 0, 1, 1)).free("batch.seen", a.of(4));
        }
        return call.calls(b -> backend.sample(b.get("ids"), b.get("logp"), b.get("logits"), new SampleBatch(N, V,
                b.get("batch.settings"), b.get("batch.counters"), 1, seen ? b.get("batch.seenFrom") : null,
                seen ? b.get("batch.seen") : null)));
    }

    private CheckedCall advance() {
        int capacity = 2;
        return CheckedCall.of("advance").with("state.inputIds", a.ints(N, V)).with("state.positions", a.ints(N, V))
                .with("state.counters", a.ints(4 * N, V)).with("state.left", a.of(1, 2, 0))
                .with("state.record.taken", a.of(0, 0, 0)).with("state.record.ids", a.ints(capacity * N, V))
                .with("state.record.logp", a.floats(capacity * N)).with("state.stopFrom", a.of(0, 0, 1, 1))
                .with("state.stops", a.of(4)).with("ids", a.ints(N, V)).with("logp", a.floats(N))
                .calls(b -> backend.advance(stateOf(b, capacity), b.get("ids"), b.get("logp")));
    }

    private static DecodeState stateOf(CheckedCall.Arguments b, int capacity) {
        DecodeRecord record = new DecodeRecord(capacity, b.get("state.record.taken"), b.get("state.record.ids"),
                b.get("state.record.logp"));
        return new DecodeState(N, b.get("state.inputIds"), b.get("state.positions"), b.get("state.counters"),
                b.get("state.left"), record, b.get("state.stopFrom"), b.get("state.stops"));
    }

    private CheckedCall grpo() {
        GrpoParameters parameters = new GrpoParameters(false, false, 0.8, 1.2, Double.POSITIVE_INFINITY, 0.1,
                KlEstimator.K3);
        return CheckedCall.of("grpo").with("dlogp", a.floats(N)).with("loss", a.floats(N))
                .with("sums", a.doubles(GrpoParameters.Sum.values().length)).with("tokens.logp", a.floats(N))
                .with("tokens.oldLogp", a.floats(N)).with("tokens.refLogp", a.floats(N))
                .with("tokens.advantage", a.floats(N)).with("tokens.weight", a.floats(N))
                .with("tokens.sequenceFrom", a.of(0, 1, N))
                .calls(b -> backend.grpo(b.get("dlogp"), b.get("loss"), b.get("sums"), tokensOf(b), parameters));
    }

    private static PolicyTokens tokensOf(CheckedCall.Arguments b) {
        return new PolicyTokens(N, 2, b.get("tokens.logp"), b.get("tokens.oldLogp"), b.get("tokens.refLogp"),
                b.get("tokens.advantage"), b.get("tokens.weight"), b.get("tokens.sequenceFrom"));
    }

    private CheckedCall sum() {
        return CheckedCall.of("sum").with("out", a.doubles(1)).free("x", a.floats(N))
                .calls(b -> backend.sum(b.get("out"), b.get("x")));
    }

    private CheckedCall sumSquares() {
        return CheckedCall.of("sumSquares").with("out", a.doubles(1)).free("x", a.floats(N))
                .calls(b -> backend.sumSquares(b.get("out"), b.get("x")));
    }

    private CheckedCall adamw() {
        AdamWStep step = new AdamWStep(1e-3, 0.9, 0.999, 1e-8, 0.1, 2, 1, 1);
        return CheckedCall.of("adamw").with("weight", a.floats(N)).with("gradient", a.floats(N))
                .with("first", a.floats(N)).with("second", a.uniform(N, 0, 1))
                .calls(b -> backend.adamw(b.get("weight"), b.get("gradient"), b.get("first"), b.get("second"), null,
                        step));
    }
}
