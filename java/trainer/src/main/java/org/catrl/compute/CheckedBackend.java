package org.catrl.compute;

import java.util.Set;

/**
 * Checks every argument before another backend sees it, so that a wrong shape is an exception with its values and never
 * a crash. Buffers may be longer than their shape. What only the data can show (ids, positions, block numbers) is left
 * to the op itself. Wrong arguments throw {@link IllegalArgumentException}, closed buffers and a second thread
 * {@link IllegalStateException}.
 */
final class CheckedBackend implements Backend {
    private static final int SUMS = GrpoParameters.Sum.values().length;

    private final Backend backend;
    private final OneThread owner;

    /** A backend that nothing else guards. */
    CheckedBackend(Backend backend) {
        this(backend, new OneThread(guarded(backend.name())));
    }

    /**
     * Checks in front of a backend.
     *
     * @param owner the guard that the backend's buffers pass too
     */
    CheckedBackend(Backend backend, OneThread owner) {
        this.backend = backend;
        this.owner = owner;
    }

    /** A backend's name in the messages of its guard. */
    static String guarded(String name) {
        return "the " + name + " backend";
    }

    private ArgumentCheck op(String name) {
        return new ArgumentCheck(name, backend, owner);
    }

    @Override
    public String name() {
        return backend.name();
    }

    @Override
    public String description() {
        return backend.description();
    }

    @Override
    public Ledger ledger() {
        return backend.ledger();
    }

    @Override
    public Set<DType> storageTypes() {
        return backend.storageTypes();
    }

    @Override
    public Buffer allocate(DType type, long length, String holder) {
        return op("allocate").given("type", type).given("owner", holder).atLeast("length", length, 0)
                .get(() -> backend.allocate(type, length, holder));
    }

    @Override
    public void close() {
        owner.close(backend::close);
    }

    @Override
    public void replay(Object key, Runnable ops) {
        op("replay").given("key", key).given("ops", ops).run(() -> backend.replay(key, ops));
    }

    @Override
    public void forget(Object key) {
        op("forget").given("key", key);
        owner.free(() -> backend.forget(key));
    }

    @Override
    public long availableBytes() {
        return op("availableBytes").get(backend::availableBytes);
    }

    @Override
    public boolean isHostMemory() {
        return backend.isHostMemory();
    }

    @Override
    public int lookahead() {
        return backend.lookahead();
    }

    @Override
    public void synchronize() {
        op("synchronize").run(backend::synchronize);
    }

    @Override
    public void fill(Buffer x, double value) {
        ArgumentCheck check = op("fill").open("x", x);
        if (x.type() == DType.BF16) {
            check.storage("x", x);
        }
        if (x.type() == DType.I32 && value != (int) value) {
            throw check.wrong("value", "must be an int for " + x, value);
        }
        check.run(() -> backend.fill(x, value));
    }

    @Override
    public void copy(Buffer to, Buffer from) {
        ArgumentCheck check = op("copy").open("to", to).open("from", from);
        if (to.type() != from.type() || to.type() == DType.BF16) {
            check.storage("to", to).storage("from", from);
        }
        if (to.length() != from.length()) {
            throw check.wrong("from", "must be " + from.type() + "[" + to.length() + "], as long as to", from);
        }
        check.run(() -> backend.copy(to, from));
    }

    @Override
    public void add(Buffer y, Buffer x) {
        op("add").stored("y", y, 0, "").as("x", x, y.type(), "y", y).run(() -> backend.add(y, x));
    }

    @Override
    public void multiply(Buffer y, Buffer x) {
        op("multiply").floats("y", y, 0, "").as("x", x, DType.F32, "y", y).run(() -> backend.multiply(y, x));
    }

    @Override
    public void scale(Buffer x, double factor) {
        op("scale").stored("x", x, 0, "").finite("factor", factor).run(() -> backend.scale(x, factor));
    }

    @Override
    public void embed(Buffer y, Buffer table, Buffer ids, int n, int c, int v) {
        op("embed").rows("n", n, "c", c).atLeast("v", v, 1).stored("y", y, (long) n * c, "n * c")
                .stored("table", table, (long) v * c, "v * c").ints("ids", ids, n, "n")
                .run(() -> backend.embed(y, table, ids, n, c, v));
    }

    @Override
    public void embedBackward(Buffer dtable, Buffer dy, Buffer ids, int n, int c, int v) {
        op("embedBackward").rows("n", n, "c", c).atLeast("v", v, 1).stored("dy", dy, (long) n * c, "n * c")
                .floatsOrStored("dtable", dtable, (long) v * c, "v * c").ints("ids", ids, n, "n")
                .run(() -> backend.embedBackward(dtable, dy, ids, n, c, v));
    }

    @Override
    public void rmsnorm(Buffer y, Buffer rstd, Buffer x, RmsNorm norm, int n) {
        ArgumentCheck check = op("rmsnorm").given("norm", norm);
        int c = norm.width();
        check.rows("n", n, "norm.width", c).stored("y", y, (long) n * c, "n * C").floatsOrNull("rstd", rstd, n, "n")
                .stored("x", x, (long) n * c, "n * C");
        SettingsCheck.of(check, norm);
        check.run(() -> backend.rmsnorm(y, rstd, x, norm, n));
    }

    @Override
    public void rmsnormBackward(Buffer dx, Buffer dweight, Buffer dy, Buffer x, Buffer rstd, RmsNorm norm, int n) {
        ArgumentCheck check = op("rmsnormBackward").given("norm", norm);
        int c = norm.width();
        check.rows("n", n, "norm.width", c).stored("dx", dx, (long) n * c, "n * C")
                .floatsOrNull("dweight", dweight, c, "C").stored("dy", dy, (long) n * c, "n * C")
                .stored("x", x, (long) n * c, "n * C").floats("rstd", rstd, n, "n");
        SettingsCheck.of(check, norm);
        check.run(() -> backend.rmsnormBackward(dx, dweight, dy, x, rstd, norm, n));
    }

    @Override
    public long packedLength(int n, int k) {
        return op("packedLength").atLeast("n", n, 1).atLeast("k", k, 1).get(() -> backend.packedLength(n, k));
    }

    @Override
    public void pack(Buffer packed, Buffer weight, int n, int k) {
        op("pack").atLeast("n", n, 1).atLeast("k", k, 1).stored("weight", weight, (long) n * k, "n * k")
                .stored("packed", packed, packedLength(n, k), "packedLength(n, k)")
                .run(() -> backend.pack(packed, weight, n, k));
    }

    @Override
    public void linear(Buffer y, Buffer x, Buffer packed, Buffer bias, Buffer addend, LinearShape shape) {
        ArgumentCheck check = op("linear").given("shape", shape);
        int m = shape.m();
        int n = shape.n();
        int k = shape.k();
        check.rows("m", m, "n", n).atLeast("k", k, 1).stored("x", x, (long) m * k, "m * k")
                .floatsOrStored("y", y, shape.outputLength(), "m * n")
                .stored("packed", packed, weightLength(n, k), "elements of the packed weight")
                .storedOrNull("bias", bias, n, "n");
        if (addend != null) {
            check.floatsOrStored("addend", addend, shape.outputLength(), "m * n");
            if (addend.type() != y.type()) {
                throw check.wrong("addend", "must be " + y.type() + ", as y is", addend);
            }
        }
        check.run(() -> backend.linear(y, x, packed, bias, addend, shape));
    }

    /** Elements of a weight in the form that linear takes. */
    private long weightLength(int n, int k) {
        long packed = packedLength(n, k);
        return packed == 0 ? (long) n * k : packed;
    }

    @Override
    public void linearBackwardInput(Buffer dx, Buffer dy, Buffer weight, int m, int n, int k, boolean accumulate) {
        op("linearBackwardInput").rows("m", m, "n", n).atLeast("k", k, 1).stored("dx", dx, (long) m * k, "m * k")
                .stored("dy", dy, (long) m * n, "m * n").stored("weight", weight, (long) n * k, "n * k")
                .run(() -> backend.linearBackwardInput(dx, dy, weight, m, n, k, accumulate));
    }

    @Override
    public void linearBackwardWeight(Buffer dweight, Buffer dbias, Buffer dy, Buffer x, int m, int n, int k) {
        op("linearBackwardWeight").rows("m", m, "n", n).atLeast("k", k, 1)
                .floats("dweight", dweight, (long) n * k, "n * k").floatsOrNull("dbias", dbias, n, "n")
                .stored("dy", dy, (long) m * n, "m * n").stored("x", x, (long) m * k, "m * k")
                .run(() -> backend.linearBackwardWeight(dweight, dbias, dy, x, m, n, k));
    }

    @Override
    public long cacheLength(int blocks, HeadShape heads) {
        return op("cacheLength").atLeast("blocks", blocks, 0).given("heads", heads)
                .get(() -> backend.cacheLength(blocks, heads));
    }

    @Override
    public void rope(Buffer q, KeyValueCache cache, Buffer qkv, PagedRows rows, HeadShape heads, Buffer rotary,
                     HeadNorms norms) {
        ArgumentCheck check = op("rope");
        new AttentionCheck(check, rows, heads).queries("q", q).cache(cache).fused("qkv", qkv).rope(rotary, norms);
        check.run(() -> backend.rope(q, cache, qkv, rows, heads, rotary, norms));
    }

    @Override
    public void ropeBackward(Buffer dqkv, Buffer qkv, PagedRows rows, HeadShape heads, Buffer rotary, HeadNorms norms,
                             Buffer dqueryNorm, Buffer dkeyNorm) {
        ArgumentCheck check = op("ropeBackward");
        new AttentionCheck(check, rows, heads).fused("dqkv", dqkv).fused("qkv", qkv).rope(rotary, norms);
        check.bothOrNeither("norms.query", norms.query(), "dqueryNorm", dqueryNorm)
                .bothOrNeither("norms.key", norms.key(), "dkeyNorm", dkeyNorm)
                .floatsOrNull("dqueryNorm", dqueryNorm, heads.size(), "D")
                .floatsOrNull("dkeyNorm", dkeyNorm, heads.size(), "D");
        check.run(() -> backend.ropeBackward(dqkv, qkv, rows, heads, rotary, norms, dqueryNorm, dkeyNorm));
    }

    @Override
    public void attention(Buffer o, Buffer lse, Buffer q, KeyValueCache cache, PagedRows rows, AttentionShape shape) {
        ArgumentCheck check = op("attention");
        AttentionCheck given = AttentionCheck.of(check, rows, shape).queries("o", o).queries("q", q).cache(cache);
        if (lse != null) {
            given.denominators(lse);
        }
        check.run(() -> backend.attention(o, lse, q, cache, rows, shape));
    }

    @Override
    public void attentionBackward(Buffer dqkv, Buffer dout, Buffer o, Buffer lse, Buffer q, KeyValueCache cache,
                                  PagedRows rows, AttentionShape shape) {
        ArgumentCheck check = op("attentionBackward");
        AttentionCheck.of(check, rows, shape).fused("dqkv", dqkv).queries("dout", dout)
                .queries("o", o).denominators(lse).queries("q", q).cache(cache);
        check.run(() -> backend.attentionBackward(dqkv, dout, o, lse, q, cache, rows, shape));
    }

    @Override
    public void glu(Buffer y, Buffer gateUp, int n, int f, GluActivation activation) {
        op("glu").rows("n", n, "f", f).stored("y", y, (long) n * f, "n * f")
                .stored("gateUp", gateUp, twice(n, f), "n * 2 * f").given("activation", activation)
                .run(() -> backend.glu(y, gateUp, n, f, activation));
    }

    @Override
    public void gluBackward(Buffer dgateUp, Buffer dy, Buffer gateUp, int n, int f, GluActivation activation) {
        op("gluBackward").rows("n", n, "f", f).stored("dgateUp", dgateUp, twice(n, f), "n * 2 * f")
                .stored("dy", dy, (long) n * f, "n * f").stored("gateUp", gateUp, twice(n, f), "n * 2 * f")
                .given("activation", activation).run(() -> backend.gluBackward(dgateUp, dy, gateUp, n, f, activation));
    }

    @Override
    public void softmaxStats(Buffer stats, Buffer logits, VocabTile tile) {
        ArgumentCheck check = op("softmaxStats");
        SettingsCheck.of(check, tile);
        check.floats("stats", stats, (long) tile.rows() * STATS, "N * 4")
                .floats("logits", logits, (long) tile.rows() * tile.width(), "N * width");
        check.run(() -> backend.softmaxStats(stats, logits, tile));
    }

    @Override
    public void logprob(Buffer logp, Buffer entropy, Buffer lse, Buffer stats, int n) {
        op("logprob").atLeast("n", n, 0).floats("logp", logp, n, "n").floats("entropy", entropy, n, "n")
                .floats("lse", lse, n, "n").floats("stats", stats, (long) n * STATS, "n * 4")
                .run(() -> backend.logprob(logp, entropy, lse, stats, n));
    }

    @Override
    public void logprobBackward(Buffer dlogits, Buffer logits, Buffer lse, Buffer dlogp, VocabTile tile) {
        ArgumentCheck check = op("logprobBackward");
        SettingsCheck.of(check, tile);
        long elements = (long) tile.rows() * tile.width();
        check.stored("dlogits", dlogits, elements, "N * width").floats("logits", logits, elements, "N * width")
                .floats("lse", lse, tile.rows(), "N").floats("dlogp", dlogp, tile.rows(), "N");
        check.run(() -> backend.logprobBackward(dlogits, logits, lse, dlogp, tile));
    }

    @Override
    public void sample(Buffer ids, Buffer logp, Buffer logits, SampleBatch batch) {
        ArgumentCheck check = op("sample").given("batch", batch);
        int n = batch.count();
        check.atLeast("batch.count", n, 0).atLeast("batch.vocab", batch.vocab(), 1).ints("ids", ids, n, "R")
                .floats("logp", logp, n, "R").floats("logits", logits, (long) n * batch.vocab(), "R * V")
                .floats("batch.settings", batch.settings(), (long) n * SampleBatch.SETTINGS, "R * 5")
                .ints("batch.counters", batch.counters(), 4L * n, "R * 4")
                .bothOrNeither("batch.seenFrom", batch.seenFrom(), "batch.seen", batch.seen());
        if (batch.seen() != null) {
            check.ints("batch.seenFrom", batch.seenFrom(), n + 1L, "R + 1").ints("batch.seen", batch.seen(), 0, "");
        }
        check.run(() -> backend.sample(ids, logp, logits, batch));
    }

    @Override
    public void advance(DecodeState state, Buffer ids, Buffer logp) {
        ArgumentCheck check = op("advance");
        SettingsCheck.of(check, state);
        check.ints("ids", ids, state.count(), "R").floats("logp", logp, state.count(), "R");
        check.run(() -> backend.advance(state, ids, logp));
    }

    @Override
    public void grpo(Buffer dlogp, Buffer loss, Buffer sums, PolicyTokens tokens, GrpoParameters parameters) {
        ArgumentCheck check = op("grpo").given("tokens", tokens);
        SettingsCheck.of(check, parameters);
        check.floats("dlogp", dlogp, tokens.count(), "N").floats("loss", loss, tokens.count(), "N")
                .doubles("sums", sums, SUMS, "sums");
        SettingsCheck.of(check, tokens, parameters);
        check.run(() -> backend.grpo(dlogp, loss, sums, tokens, parameters));
    }

    @Override
    public void sum(Buffer out, Buffer x) {
        op("sum").doubles("out", out, 1, "sums").floats("x", x, 0, "").run(() -> backend.sum(out, x));
    }

    @Override
    public void sumSquares(Buffer out, Buffer x) {
        op("sumSquares").doubles("out", out, 1, "sums").floats("x", x, 0, "").run(() -> backend.sumSquares(out, x));
    }

    @Override
    public void adamw(Buffer weight, Buffer gradient, Buffer first, Buffer second, Buffer copy, AdamWStep step) {
        ArgumentCheck check = op("adamw").floats("weight", weight, 0, "")
                .as("gradient", gradient, DType.F32, "weight", weight).as("first", first, DType.F32, "weight", weight)
                .as("second", second, DType.F32, "weight", weight);
        if (copy != null) {
            check.as("copy", copy, DType.BF16, "weight", weight).storage("copy", copy);
        }
        SettingsCheck.of(check, step, weight.length());
        check.run(() -> backend.adamw(weight, gradient, first, second, copy, step));
    }

    private static long twice(int n, int f) {
        return Math.multiplyExact(2L * n, f);
    }
}
