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

    private final Backend backend;
    private final Arena a;

    CheckedCalls(Backend backend) {
        this.backend = backend;
        this.a = new Arena(backend, 5);
    }

    List<CheckedCall> all() {
        return List.of(fill(), copy(), insertColumns(), add(), multiply(), scale(), embed(), embedBackward(), rmsnorm(), rmsnormBackward(),
                pack(), linear(),
                linearBackwardInput(), linearBackwardWeight(), rope(true), rope(false), ropeBackward(true),
                ropeBackward(false), attention(), attentionBackward(), glu(), gluBackward(), softmaxStats(), logprob(),
                logprobBackward(), sample(true), sample(false), advance(), grpo(), sum(), sumSquares(), adamw());
    }

    private CheckedCall fill() {
        return CheckedCall.of("fill").free("x", a.floats(N)).calls(b -> backend.fill(b[0], 1));
    }

    private CheckedCall copy() {
        return CheckedCall.of("copy").with("to", a.floats(N)).with("from", a.floats(N))
                .calls(b -> backend.copy(b[0], b[1]));
    }

    private CheckedCall insertColumns() {
        return CheckedCall.of("insertColumns").with("to", a.floats(N * V)).with("from", a.floats(N * C))
                .calls(b -> backend.insertColumns(b[0], b[1], N, C, 1, V));
    }

    private CheckedCall add() {
        return CheckedCall.of("add").with("y", a.floats(N)).with("x", a.floats(N))
                .calls(b -> backend.add(b[0], b[1]));
    }

    private CheckedCall multiply() {
        return CheckedCall.of("multiply").with("y", a.floats(N)).with("x", a.floats(N))
                .calls(b -> backend.multiply(b[0], b[1]));
    }

    private CheckedCall scale() {
        return CheckedCall.of("scale").free("x", a.floats(N)).calls(b -> backend.scale(b[0], 2));
    }

    private CheckedCall embed() {
        return CheckedCall.of("embed").with("y", a.floats(N * C)).with("table", a.floats(V * C))
                .with("ids", a.ints(N, V)).calls(b -> backend.embed(b[0], b[1], b[2], N, C, V));
    }

    private CheckedCall embedBackward() {
        return CheckedCall.of("embedBackward").with("dtable", a.floats(V * C)).with("dy", a.floats(N * C))
                .with("ids", a.ints(N, V)).calls(b -> backend.embedBackward(b[0], b[1], b[2], N, C, V));
    }

    private CheckedCall rmsnorm() {
        return CheckedCall.of("rmsnorm").with("y", a.floats(N * C)).nullable("rstd", a.floats(N))
                .with("x", a.floats(N * C)).with("weight", a.floats(C))
                .calls(b -> backend.rmsnorm(b[0], b[1], b[2], b[3], N, C, 1e-5, 0));
    }

    private CheckedCall rmsnormBackward() {
        return CheckedCall.of("rmsnormBackward").with("dx", a.floats(N * C)).nullable("dweight", a.floats(C))
                .with("dy", a.floats(N * C)).with("x", a.floats(N * C)).with("weight", a.floats(C))
                .with("rstd", a.floats(N))
                .calls(b -> backend.rmsnormBackward(b[0], b[1], b[2], b[3], b[4], b[5], N, C, 0));
    }

    private CheckedCall pack() {
        return CheckedCall.of("pack").with("packed", a.floats(backend.packedLength(C, K)))
                .with("weight", a.floats(C * K)).calls(b -> backend.pack(b[0], b[1], C, K));
    }

    private CheckedCall linear() {
        return CheckedCall.of("linear").with("y", a.floats(N * C)).with("x", a.floats(N * K))
                .with("packed", a.packed(a.floats(C * K), C, K)).nullable("bias", a.floats(C))
                .nullable("addend", a.floats(N * C))
                .calls(b -> backend.linear(b[0], b[1], b[2], b[3], b[4], N, C, K));
    }

    private CheckedCall linearBackwardInput() {
        return CheckedCall.of("linearBackwardInput").with("dx", a.floats(N * K)).with("dy", a.floats(N * C))
                .with("weight", a.floats(C * K))
                .calls(b -> backend.linearBackwardInput(b[0], b[1], b[2], N, C, K, true));
    }

    private CheckedCall linearBackwardWeight() {
        return CheckedCall.of("linearBackwardWeight").with("dweight", a.floats(C * K)).nullable("dbias", a.floats(C))
                .with("dy", a.floats(N * C)).with("x", a.floats(N * K))
                .calls(b -> backend.linearBackwardWeight(b[0], b[1], b[2], b[3], N, C, K));
    }

    private PagedRows rows() {
        return a.sequences(17, 2);
    }

    private CheckedCall.Builder rows(CheckedCall.Builder call, PagedRows rows) {
        return call.with("rows.positions", rows.positions()).with("rows.sequenceOf", rows.sequenceOf())
                .with("rows.blockTable", rows.blockTable());
    }

    private static PagedRows with(PagedRows rows, Buffer positions, Buffer sequenceOf, Buffer blockTable) {
        return new PagedRows(rows.count(), rows.sequences(), rows.blocksPerSequence(), positions, sequenceOf, blockTable);
    }

    private Buffer cache() {
        return a.floats(backend.cacheLength(Arena.blocks(17, 2), HEADS));
    }

    private Buffer queries(PagedRows rows) {
        return a.floats((long) rows.count() * HEADS.queryWidth());
    }

    private Buffer fused(PagedRows rows) {
        return a.floats((long) rows.count() * HEADS.fusedWidth());
    }

    private CheckedCall rope(boolean norms) {
        PagedRows rows = rows();
        CheckedCall.Builder call = CheckedCall.of("rope").with("q", queries(rows)).with("keyCache", cache())
                .with("valueCache", cache()).with("qkv", fused(rows)).with("rotary", a.floats(32L * HEADS.size()));
        if (!norms) {
            return rows(call, rows).calls(b -> backend.rope(b[0], b[1], b[2], b[3], with(rows, b[5], b[6], b[7]), HEADS,
                    b[4], null, null, 1e-5, 0));
        }
        call.with("queryNorm", a.floats(HEADS.size())).with("keyNorm", a.floats(HEADS.size()));
        return rows(call, rows).calls(b -> backend.rope(b[0], b[1], b[2], b[3], with(rows, b[7], b[8], b[9]), HEADS,
                b[4], b[5], b[6], 1e-5, 0));
    }

    private CheckedCall ropeBackward(boolean norms) {
        PagedRows rows = rows();
        CheckedCall.Builder call = CheckedCall.of("ropeBackward").with("dqkv", fused(rows)).with("qkv", fused(rows))
                .with("rotary", a.floats(32L * HEADS.size()));
        if (!norms) {
            return rows(call, rows).calls(b -> backend.ropeBackward(b[0], b[1], with(rows, b[3], b[4], b[5]), HEADS,
                    b[2], null, null, null, null, 1e-5, 0));
        }
        call.with("queryNorm", a.floats(HEADS.size())).with("keyNorm", a.floats(HEADS.size()))
                .with("dqueryNorm", a.floats(HEADS.size())).with("dkeyNorm", a.floats(HEADS.size()));
        return rows(call, rows).calls(b -> backend.ropeBackward(b[0], b[1], with(rows, b[7], b[8], b[9]), HEADS, b[2],
                b[3], b[4], b[5], b[6], 1e-5, 0));
    }

    private CheckedCall attention() {
        PagedRows rows = rows();
        CheckedCall.Builder call = CheckedCall.of("attention").with("o", queries(rows))
                .nullable("lse", a.floats((long) rows.count() * HEADS.query())).with("q", queries(rows))
                .with("keyCache", cache()).with("valueCache", cache());
        return rows(call, rows).calls(b -> backend.attention(b[0], b[1], b[2], b[3], b[4],
                with(rows, b[5], b[6], b[7]), HEADS, 0.4, 0));
    }

    private CheckedCall attentionBackward() {
        PagedRows rows = rows();
        CheckedCall.Builder call = CheckedCall.of("attentionBackward").with("dqkv", fused(rows))
                .with("dout", queries(rows)).with("o", queries(rows))
                .with("lse", a.floats((long) rows.count() * HEADS.query())).with("q", queries(rows))
                .with("keyCache", cache()).with("valueCache", cache());
        return rows(call, rows).calls(b -> backend.attentionBackward(b[0], b[1], b[2], b[3], b[4], b[5], b[6],
                with(rows, b[7], b[8], b[9]), HEADS, 0.4, 0));
    }

    private CheckedCall glu() {
        return CheckedCall.of("glu").with("y", a.floats(N * C)).with("gateUp", a.floats(2 * N * C))
                .calls(b -> backend.glu(b[0], b[1], N, C, GluActivation.SILU));
    }

    private CheckedCall gluBackward() {
        return CheckedCall.of("gluBackward").with("dgateUp", a.floats(2 * N * C)).with("dy", a.floats(N * C))
                .with("gateUp", a.floats(2 * N * C))
                .calls(b -> backend.gluBackward(b[0], b[1], b[2], N, C, GluActivation.SILU));
    }

    private CheckedCall softmaxStats() {
        return CheckedCall.of("softmaxStats").with("stats", a.floats(N * Backend.STATS)).with("logits", a.floats(N * V))
                .with("targets", a.ints(N, V)).calls(b -> backend.softmaxStats(b[0], b[1], b[2], N, V, 0, 1));
    }

    private CheckedCall logprob() {
        return CheckedCall.of("logprob").with("logp", a.floats(N)).with("entropy", a.floats(N))
                .with("lse", a.floats(N)).with("stats", a.uniform(N * Backend.STATS, 1, 2))
                .calls(b -> backend.logprob(b[0], b[1], b[2], b[3], N));
    }

    private CheckedCall logprobBackward() {
        return CheckedCall.of("logprobBackward").with("dlogits", a.floats(N * V))
                .with("logits", a.floats(N * V)).with("targets", a.ints(N, V)).with("lse", a.floats(N))
                .with("dlogp", a.floats(N))
                .calls(b -> backend.logprobBackward(b[0], b[1], b[2], b[3], b[4], N, V, 0, 1));
    }

    private CheckedCall sample(boolean seen) {
        CheckedCall.Builder call = CheckedCall.of("sample").with("ids", a.ints(N, 1)).with("logp", a.floats(N))
                .with("logits", a.floats(N * V)).with("batch.settings", a.of(new float[] {1, 0, 1, 0, 1, 1, 0, 1, 0, 1,
                    1, 0, 1, 0, 1})).with("batch.counters", a.ints(4 * N, 99));
        if (!seen) {
            return call.calls(b -> backend.sample(b[0], b[1], b[2], new SampleBatch(N, V, b[3], b[4], 1, null, null)));
        }
        return call.with("batch.seenFrom", a.of(0, 0, 1, 1)).free("batch.seen", a.of(4))
                .calls(b -> backend.sample(b[0], b[1], b[2], new SampleBatch(N, V, b[3], b[4], 1, b[5], b[6])));
    }

    private CheckedCall advance() {
        int capacity = 2;
        return CheckedCall.of("advance").with("state.inputIds", a.ints(N, V)).with("state.positions", a.ints(N, V))
                .with("state.counters", a.ints(4 * N, V)).with("state.left", a.of(1, 2, 0))
                .with("state.taken", a.of(0, 0, 0)).with("state.recordedIds", a.ints(capacity * N, V))
                .with("state.recordedLogp", a.floats(capacity * N)).with("state.stopFrom", a.of(0, 0, 1, 1))
                .with("state.stops", a.of(4)).with("ids", a.ints(N, V)).with("logp", a.floats(N))
                .calls(b -> backend.advance(new DecodeState(N, capacity, b[0], b[1], b[2], b[3], b[4], b[5], b[6],
                        b[7], b[8]), b[9], b[10]));
    }

    private CheckedCall grpo() {
        GrpoParameters parameters = new GrpoParameters(false, false, 0.8, 1.2, Double.POSITIVE_INFINITY, 0.1,
                KlEstimator.K3);
        return CheckedCall.of("grpo").with("dlogp", a.floats(N)).with("loss", a.floats(N))
                .with("sums", a.doubles(GrpoParameters.Sum.values().length)).with("logp", a.floats(N))
                .with("oldLogp", a.floats(N)).with("refLogp", a.floats(N)).with("advantage", a.floats(N))
                .with("weight", a.floats(N)).with("sequenceFrom", a.of(0, 1, N))
                .calls(b -> backend.grpo(b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], N, 2, parameters));
    }

    private CheckedCall sum() {
        return CheckedCall.of("sum").with("out", a.doubles(1)).free("x", a.floats(N))
                .calls(b -> backend.sum(b[0], b[1]));
    }

    private CheckedCall sumSquares() {
        return CheckedCall.of("sumSquares").with("out", a.doubles(1)).free("x", a.floats(N))
                .calls(b -> backend.sumSquares(b[0], b[1]));
    }

    private CheckedCall adamw() {
        AdamWStep step = new AdamWStep(1e-3, 0.9, 0.999, 1e-8, 0.1, 2, 1, 1);
        return CheckedCall.of("adamw").with("weight", a.floats(N)).with("gradient", a.floats(N))
                .with("first", a.floats(N)).with("second", a.uniform(N, 0, 1))
                .calls(b -> backend.adamw(b[0], b[1], b[2], b[3], null, step));
    }
}
