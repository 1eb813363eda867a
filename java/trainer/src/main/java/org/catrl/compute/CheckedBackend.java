package org.catrl.compute;

import java.util.Set;

/**
 * Checks every argument before another backend sees it, so that a wrong shape is an exception with its values and never
 * a crash. Buffers may be longer than their shape. What only the data can show (ids, positions, block numbers) is left
 * to the op itself. Wrong arguments throw {@link IllegalArgumentException}, closed buffers {@link IllegalStateException}.
 */
final class CheckedBackend implements Backend {
    private static final int SUMS = GrpoParameters.Sum.values().length;

    private final Backend backend;

    CheckedBackend(Backend backend) {
        this.backend = backend;
    }

    private ArgumentCheck op(String name) {
        return new ArgumentCheck(name, backend);
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
    public Buffer allocate(DType type, long length, String owner) {
        op("allocate").given("type", type).given("owner", owner).atLeast("length", length, 0);
        return backend.allocate(type, length, owner);
    }

    @Override
    public void close() {
        backend.close();
    }

    @Override
    public void replay(Object key, Runnable ops) {
        op("replay").given("key", key).given("ops", ops);
        backend.replay(key, ops);
    }

    @Override
    public void forget(Object key) {
        op("forget").given("key", key);
        backend.forget(key);
    }

    @Override
    public long availableBytes() {
        return backend.availableBytes();
    }

    @Override
    public int lookahead() {
        return backend.lookahead();
    }

    @Override
    public void insertColumns(Buffer to, Buffer from, int m, int width, int column, int toWidth) {
        ArgumentCheck check = op("insertColumns").rows("m", m, "width", width).atLeast("column", column, 0)
                .atLeast("toWidth", toWidth, (long) column + width).floats("to", to, (long) m * toWidth, "m * toWidth");
        check.floats("from", from, (long) m * width, "m * width");
        backend.insertColumns(to, from, m, width, column, toWidth);
    }

    @Override
    public void synchronize() {
        backend.synchronize();
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
        backend.fill(x, value);
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
        backend.copy(to, from);
    }

    @Override
    public void add(Buffer y, Buffer x) {
        op("add").real("y", y, 0, "").as("x", x, y.type(), "y", y);
        backend.add(y, x);
    }

    @Override
    public void multiply(Buffer y, Buffer x) {
        op("multiply").floats("y", y, 0, "").as("x", x, DType.F32, "y", y);
        backend.multiply(y, x);
    }

    @Override
    public void scale(Buffer x, double factor) {
        op("scale").real("x", x, 0, "").finite("factor", factor);
        backend.scale(x, factor);
    }

    @Override
    public void embed(Buffer y, Buffer table, Buffer ids, int n, int c, int v) {
        op("embed").rows("n", n, "c", c).atLeast("v", v, 1).real("y", y, (long) n * c, "n * c")
                .real("table", table, (long) v * c, "v * c").ints("ids", ids, n, "n");
        backend.embed(y, table, ids, n, c, v);
    }

    @Override
    public void embedBackward(Buffer dtable, Buffer dy, Buffer ids, int n, int c, int v) {
        op("embedBackward").rows("n", n, "c", c).atLeast("v", v, 1).real("dy", dy, (long) n * c, "n * c")
                .floatsOrReal("dtable", dtable, (long) v * c, "v * c").ints("ids", ids, n, "n");
        backend.embedBackward(dtable, dy, ids, n, c, v);
    }

    @Override
    public void rmsnorm(Buffer y, Buffer rstd, Buffer x, Buffer weight, int n, int c, double epsilon,
                        double offset) {
        op("rmsnorm").rows("n", n, "c", c).real("y", y, (long) n * c, "n * c").floatsOrNull("rstd", rstd, n, "n")
                .real("x", x, (long) n * c, "n * c").real("weight", weight, c, "c").notNegative("epsilon", epsilon)
                .notNegative("offset", offset);
        backend.rmsnorm(y, rstd, x, weight, n, c, epsilon, offset);
    }

    @Override
    public void rmsnormBackward(Buffer dx, Buffer dweight, Buffer dy, Buffer x, Buffer weight, Buffer rstd, int n,
                                int c, double offset) {
        op("rmsnormBackward").rows("n", n, "c", c).real("dx", dx, (long) n * c, "n * c")
                .floatsOrNull("dweight", dweight, c, "c").real("dy", dy, (long) n * c, "n * c")
                .real("x", x, (long) n * c, "n * c").real("weight", weight, c, "c").floats("rstd", rstd, n, "n")
                .notNegative("offset", offset);
        backend.rmsnormBackward(dx, dweight, dy, x, weight, rstd, n, c, offset);
    }

    @Override
    public long packedLength(int n, int k) {
        op("packedLength").atLeast("n", n, 1).atLeast("k", k, 1);
        return backend.packedLength(n, k);
    }

    @Override
    public void pack(Buffer packed, Buffer weight, int n, int k) {
        op("pack").atLeast("n", n, 1).atLeast("k", k, 1).real("weight", weight, (long) n * k, "n * k")
                .real("packed", packed, backend.packedLength(n, k), "packedLength(n, k)");
        backend.pack(packed, weight, n, k);
    }

    @Override
    public void linear(Buffer y, Buffer x, Buffer packed, Buffer bias, Buffer addend, int m, int n, int k) {
        long packedLength = sizes("linear", m, n, k);
        ArgumentCheck check = op("linear").real("x", x, (long) m * k, "m * k")
                .floatsOrReal("y", y, (long) m * n, "m * n")
                .real("packed", packed, packedLength, "elements of the packed weight").realOrNull("bias", bias, n, "n");
        if (addend != null) {
            check.floatsOrReal("addend", addend, (long) m * n, "m * n");
            if (addend.type() != y.type()) {
                throw check.wrong("addend", "must be " + y.type() + ", as y is", addend);
            }
        }
        backend.linear(y, x, packed, bias, addend, m, n, k);
    }

    private long sizes(String op, int m, int n, int k) {
        op(op).rows("m", m, "n", n).atLeast("k", k, 1);
        long packed = backend.packedLength(n, k);
        return packed == 0 ? (long) n * k : packed;
    }

    @Override
    public void linearBackwardInput(Buffer dx, Buffer dy, Buffer weight, int m, int n, int k, boolean accumulate) {
        op("linearBackwardInput").rows("m", m, "n", n).atLeast("k", k, 1).real("dx", dx, (long) m * k, "m * k")
                .real("dy", dy, (long) m * n, "m * n").real("weight", weight, (long) n * k, "n * k");
        backend.linearBackwardInput(dx, dy, weight, m, n, k, accumulate);
    }

    @Override
    public void linearBackwardWeight(Buffer dweight, Buffer dbias, Buffer dy, Buffer x, int m, int n, int k) {
        op("linearBackwardWeight").rows("m", m, "n", n).atLeast("k", k, 1)
                .floats("dweight", dweight, (long) n * k, "n * k").floatsOrNull("dbias", dbias, n, "n")
                .real("dy", dy, (long) m * n, "m * n").real("x", x, (long) m * k, "m * k");
        backend.linearBackwardWeight(dweight, dbias, dy, x, m, n, k);
    }

    @Override
    public long cacheLength(int blocks, HeadShape heads) {
        op("cacheLength").atLeast("blocks", blocks, 0).given("heads", heads);
        return backend.cacheLength(blocks, heads);
    }

    @Override
    public void rope(Buffer q, Buffer keyCache, Buffer valueCache, Buffer qkv, PagedRows rows, HeadShape heads, Buffer rotary,
                     Buffer queryNorm, Buffer keyNorm, double epsilon, double offset) {
        new AttentionCheck(op("rope"), rows, heads).queries("q", q).cache(keyCache, valueCache).fused("qkv", qkv)
                .rope(rotary, queryNorm, keyNorm, epsilon, offset);
        backend.rope(q, keyCache, valueCache, qkv, rows, heads, rotary, queryNorm, keyNorm, epsilon, offset);
    }

    @Override
    public void ropeBackward(Buffer dqkv, Buffer qkv, PagedRows rows, HeadShape heads, Buffer rotary, Buffer queryNorm,
                             Buffer keyNorm, Buffer dqueryNorm, Buffer dkeyNorm, double epsilon, double offset) {
        ArgumentCheck check = op("ropeBackward");
        new AttentionCheck(check, rows, heads).fused("dqkv", dqkv).fused("qkv", qkv)
                .rope(rotary, queryNorm, keyNorm, epsilon, offset);
        check.bothOrNeither("queryNorm", queryNorm, "dqueryNorm", dqueryNorm)
                .bothOrNeither("keyNorm", keyNorm, "dkeyNorm", dkeyNorm)
                .floatsOrNull("dqueryNorm", dqueryNorm, heads.size(), "D")
                .floatsOrNull("dkeyNorm", dkeyNorm, heads.size(), "D");
        backend.ropeBackward(dqkv, qkv, rows, heads, rotary, queryNorm, keyNorm, dqueryNorm, dkeyNorm, epsilon,
                offset);
    }

    @Override
    public void attention(Buffer o, Buffer lse, Buffer q, Buffer keyCache, Buffer valueCache, PagedRows rows, HeadShape heads,
                          double scale, int window) {
        AttentionCheck check = new AttentionCheck(op("attention"), rows, heads).queries("o", o).queries("q", q)
                .cache(keyCache, valueCache);
        check.scores(scale, window);
        if (lse != null) {
            check.denominators(lse);
        }
        backend.attention(o, lse, q, keyCache, valueCache, rows, heads, scale, window);
    }

    @Override
    public void attentionBackward(Buffer dqkv, Buffer dout, Buffer o, Buffer lse, Buffer q, Buffer keyCache,
                                  Buffer valueCache, PagedRows rows, HeadShape heads, double scale, int window) {
        new AttentionCheck(op("attentionBackward"), rows, heads).fused("dqkv", dqkv).queries("dout", dout)
                .queries("o", o).denominators(lse).queries("q", q).cache(keyCache, valueCache).scores(scale, window);
        backend.attentionBackward(dqkv, dout, o, lse, q, keyCache, valueCache, rows, heads, scale, window);
    }

    @Override
    public void glu(Buffer y, Buffer gateUp, int n, int f, GluActivation activation) {
        op("glu").rows("n", n, "f", f).real("y", y, (long) n * f, "n * f")
                .real("gateUp", gateUp, twice(n, f), "n * 2 * f").given("activation", activation);
        backend.glu(y, gateUp, n, f, activation);
    }

    @Override
    public void gluBackward(Buffer dgateUp, Buffer dy, Buffer gateUp, int n, int f, GluActivation activation) {
        op("gluBackward").rows("n", n, "f", f).real("dgateUp", dgateUp, twice(n, f), "n * 2 * f")
                .real("dy", dy, (long) n * f, "n * f").real("gateUp", gateUp, twice(n, f), "n * 2 * f")
                .given("activation", activation);
        backend.gluBackward(dgateUp, dy, gateUp, n, f, activation);
    }

    @Override
    public void softmaxStats(Buffer stats, Buffer logits, Buffer targets, int n, int width, int firstId,
                             double inverseTemperature) {
        tile("softmaxStats", n, width, firstId, inverseTemperature).floats("stats", stats, (long) n * STATS, "n * 4")
                .floats("logits", logits, (long) n * width, "n * width").ints("targets", targets, n, "n");
        backend.softmaxStats(stats, logits, targets, n, width, firstId, inverseTemperature);
    }

    @Override
    public void logprob(Buffer logp, Buffer entropy, Buffer lse, Buffer stats, int n) {
        op("logprob").atLeast("n", n, 0).floats("logp", logp, n, "n").floats("entropy", entropy, n, "n")
                .floats("lse", lse, n, "n").floats("stats", stats, (long) n * STATS, "n * 4");
        backend.logprob(logp, entropy, lse, stats, n);
    }

    @Override
    public void logprobBackward(Buffer dlogits, Buffer logits, Buffer targets, Buffer lse, Buffer dlogp, int n,
                                int width, int firstId, double inverseTemperature) {
        tile("logprobBackward", n, width, firstId, inverseTemperature)
                .real("dlogits", dlogits, (long) n * width, "n * width")
                .floats("logits", logits, (long) n * width, "n * width").ints("targets", targets, n, "n")
                .floats("lse", lse, n, "n").floats("dlogp", dlogp, n, "n");
        backend.logprobBackward(dlogits, logits, targets, lse, dlogp, n, width, firstId, inverseTemperature);
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
        backend.sample(ids, logp, logits, batch);
    }

    @Override
    public void advance(DecodeState state, Buffer ids, Buffer logp) {
        ArgumentCheck check = op("advance");
        SettingsCheck.of(check, state);
        check.ints("ids", ids, state.count(), "R").floats("logp", logp, state.count(), "R");
        backend.advance(state, ids, logp);
    }

    @Override
    public void grpo(Buffer dlogp, Buffer loss, Buffer sums, Buffer logp, Buffer oldLogp, Buffer refLogp,
                     Buffer advantage, Buffer weight, Buffer sequenceFrom, int n, int sequences,
                     GrpoParameters parameters) {
        ArgumentCheck check = op("grpo").atLeast("n", n, 0).atLeast("sequences", sequences, 0);
        SettingsCheck.of(check, parameters);
        check.floats("dlogp", dlogp, n, "N").floats("loss", loss, n, "N").doubles("sums", sums, SUMS, "sums")
                .floats("logp", logp, n, "N").floats("oldLogp", oldLogp, n, "N");
        if (refLogp != null || parameters.beta() != 0) {
            check.floats("refLogp", refLogp, n, "N");
        }
        check.floats("advantage", advantage, n, "N").floats("weight", weight, n, "N")
                .ints("sequenceFrom", sequenceFrom, sequences + 1L, "S + 1");
        backend.grpo(dlogp, loss, sums, logp, oldLogp, refLogp, advantage, weight, sequenceFrom, n, sequences,
                parameters);
    }

    @Override
    public void sum(Buffer out, Buffer x) {
        op("sum").doubles("out", out, 1, "sums").floats("x", x, 0, "");
        backend.sum(out, x);
    }

    @Override
    public void sumSquares(Buffer out, Buffer x) {
        op("sumSquares").doubles("out", out, 1, "sums").floats("x", x, 0, "");
        backend.sumSquares(out, x);
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
        backend.adamw(weight, gradient, first, second, copy, step);
    }

    private ArgumentCheck tile(String op, int n, int width, int firstId, double inverseTemperature) {
        ArgumentCheck check = op(op).rows("n", n, "width", width).within("width", width, 1, VOCAB_TILE)
                .atLeast("firstId", firstId, 0).positive("inverseTemperature", inverseTemperature);
        if (firstId % VOCAB_TILE != 0) {
            throw check.wrong("firstId", "must be a multiple of " + VOCAB_TILE, firstId);
        }
        return check;
    }

    private static long twice(int n, int f) {
        return Math.multiplyExact(2L * n, f);
    }
}
