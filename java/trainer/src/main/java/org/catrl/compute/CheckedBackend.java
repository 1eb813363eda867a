package org.catrl.compute;

/**
 * Checks every argument before another backend sees it, so that a wrong shape is an exception with its values and never
 * a crash. Buffers may be longer than their shape. What only the data can show (ids, positions, block numbers) is left
 * to the op itself. Wrong arguments throw {@link IllegalArgumentException}, closed buffers {@link IllegalStateException}.
 */
final class CheckedBackend implements Backend {
    private static final int SUMS = GrpoParameters.Sum.values().length;

    private final Backend backend;
    private final ArgumentCheck check;
    private final AttentionCheck attention;
    private final SettingsCheck settings;

    CheckedBackend(Backend backend) {
        this.backend = backend;
        this.check = new ArgumentCheck(backend.ledger());
        this.attention = new AttentionCheck(check);
        this.settings = new SettingsCheck(check);
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
    public Buffer allocate(DType type, long length, String owner) {
        check.given("allocate", "type", type);
        check.given("allocate", "owner", owner);
        check.atLeast("allocate", "length", length, 0);
        return backend.allocate(type, length, owner);
    }

    @Override
    public void close() {
        backend.close();
    }

    @Override
    public void fill(Buffer x, double value) {
        check.open("fill", "x", x);
        if (x.type() == DType.I32 && value != (int) value) {
            throw ArgumentCheck.wrong("fill", "value", "must be an int for " + x, value);
        }
        backend.fill(x, value);
    }

    @Override
    public void copy(Buffer to, Buffer from) {
        check.open("copy", "to", to);
        check.open("copy", "from", from);
        if (to.type() != from.type() || to.length() != from.length()) {
            throw ArgumentCheck.wrong("copy", "from", "must be " + to.type() + "[" + to.length() + "], as to is", from);
        }
        backend.copy(to, from);
    }

    @Override
    public void add(Buffer y, Buffer x) {
        check.floats("add", "y", y, 0, "");
        check.floatsAs("add", "x", x, "y", y);
        backend.add(y, x);
    }

    @Override
    public void embed(Buffer y, Buffer table, Buffer ids, int n, int c, int v) {
        counts("embed", "n", n, "c", c);
        check.atLeast("embed", "v", v, 1);
        check.floats("embed", "y", y, (long) n * c, "n * c");
        check.floats("embed", "table", table, (long) v * c, "v * c");
        check.ints("embed", "ids", ids, n, "n");
        backend.embed(y, table, ids, n, c, v);
    }

    @Override
    public void embedBackward(Buffer dtable, Buffer dy, Buffer ids, int n, int c, int v) {
        counts("embedBackward", "n", n, "c", c);
        check.atLeast("embedBackward", "v", v, 1);
        check.floats("embedBackward", "dtable", dtable, (long) v * c, "v * c");
        check.floats("embedBackward", "dy", dy, (long) n * c, "n * c");
        check.ints("embedBackward", "ids", ids, n, "n");
        backend.embedBackward(dtable, dy, ids, n, c, v);
    }

    @Override
    public void rmsnorm(Buffer y, Buffer rstd, Buffer x, Buffer weight, int n, int c, double epsilon) {
        counts("rmsnorm", "n", n, "c", c);
        check.floats("rmsnorm", "y", y, (long) n * c, "n * c");
        check.floatsOrNull("rmsnorm", "rstd", rstd, n, "n");
        check.floats("rmsnorm", "x", x, (long) n * c, "n * c");
        check.floats("rmsnorm", "weight", weight, c, "c");
        check.notNegative("rmsnorm", "epsilon", epsilon);
        backend.rmsnorm(y, rstd, x, weight, n, c, epsilon);
    }

    @Override
    public void rmsnormBackward(Buffer dx, Buffer dweight, Buffer dy, Buffer x, Buffer weight, Buffer rstd, int n,
                                int c) {
        counts("rmsnormBackward", "n", n, "c", c);
        check.floats("rmsnormBackward", "dx", dx, (long) n * c, "n * c");
        check.floatsOrNull("rmsnormBackward", "dweight", dweight, c, "c");
        check.floats("rmsnormBackward", "dy", dy, (long) n * c, "n * c");
        check.floats("rmsnormBackward", "x", x, (long) n * c, "n * c");
        check.floats("rmsnormBackward", "weight", weight, c, "c");
        check.floats("rmsnormBackward", "rstd", rstd, n, "n");
        backend.rmsnormBackward(dx, dweight, dy, x, weight, rstd, n, c);
    }

    @Override
    public long packedLength(int n, int k) {
        check.atLeast("packedLength", "n", n, 1);
        check.atLeast("packedLength", "k", k, 1);
        return backend.packedLength(n, k);
    }

    @Override
    public void pack(Buffer packed, Buffer weight, int n, int k) {
        check.floats("pack", "packed", packed, packedLength(n, k), "packedLength(n, k)");
        check.floats("pack", "weight", weight, (long) n * k, "n * k");
        backend.pack(packed, weight, n, k);
    }

    @Override
    public void linear(Buffer y, Buffer x, Buffer packed, Buffer bias, Buffer addend, int m, int n, int k) {
        sizes("linear", m, n, k);
        check.floats("linear", "y", y, (long) m * n, "m * n");
        check.floats("linear", "x", x, (long) m * k, "m * k");
        check.floats("linear", "packed", packed, backend.packedLength(n, k), "packedLength(n, k)");
        check.floatsOrNull("linear", "bias", bias, n, "n");
        check.floatsOrNull("linear", "addend", addend, (long) m * n, "m * n");
        backend.linear(y, x, packed, bias, addend, m, n, k);
    }

    @Override
    public void linearBackwardInput(Buffer dx, Buffer dy, Buffer weight, int m, int n, int k, boolean accumulate) {
        sizes("linearBackwardInput", m, n, k);
        check.floats("linearBackwardInput", "dx", dx, (long) m * k, "m * k");
        check.floats("linearBackwardInput", "dy", dy, (long) m * n, "m * n");
        check.floats("linearBackwardInput", "weight", weight, (long) n * k, "n * k");
        backend.linearBackwardInput(dx, dy, weight, m, n, k, accumulate);
    }

    @Override
    public void linearBackwardWeight(Buffer dweight, Buffer dbias, Buffer dy, Buffer x, int m, int n, int k) {
        sizes("linearBackwardWeight", m, n, k);
        check.floats("linearBackwardWeight", "dweight", dweight, (long) n * k, "n * k");
        check.floatsOrNull("linearBackwardWeight", "dbias", dbias, n, "n");
        check.floats("linearBackwardWeight", "dy", dy, (long) m * n, "m * n");
        check.floats("linearBackwardWeight", "x", x, (long) m * k, "m * k");
        backend.linearBackwardWeight(dweight, dbias, dy, x, m, n, k);
    }

    @Override
    public long cacheLength(int blocks, Heads heads) {
        check.atLeast("cacheLength", "blocks", blocks, 0);
        check.given("cacheLength", "heads", heads);
        return backend.cacheLength(blocks, heads);
    }

    @Override
    public void rope(Buffer q, Buffer keyCache, Buffer valueCache, Buffer qkv, Rows rows, Heads heads, Buffer rotary,
                     Buffer queryNorm, Buffer keyNorm, double epsilon) {
        attention.rows("rope", rows, heads);
        attention.queries("rope", "q", q, rows, heads);
        attention.cache("rope", rows, heads, keyCache, valueCache);
        attention.fused("rope", "qkv", qkv, rows, heads);
        attention.rope("rope", rows, heads, rotary, queryNorm, keyNorm, epsilon);
        backend.rope(q, keyCache, valueCache, qkv, rows, heads, rotary, queryNorm, keyNorm, epsilon);
    }

    @Override
    public void ropeBackward(Buffer dqkv, Buffer qkv, Rows rows, Heads heads, Buffer rotary, Buffer queryNorm,
                             Buffer keyNorm, Buffer dqueryNorm, Buffer dkeyNorm, double epsilon) {
        attention.rows("ropeBackward", rows, heads);
        attention.fused("ropeBackward", "dqkv", dqkv, rows, heads);
        attention.fused("ropeBackward", "qkv", qkv, rows, heads);
        attention.rope("ropeBackward", rows, heads, rotary, queryNorm, keyNorm, epsilon);
        check.bothOrNeither("ropeBackward", "queryNorm", queryNorm, "dqueryNorm", dqueryNorm);
        check.bothOrNeither("ropeBackward", "keyNorm", keyNorm, "dkeyNorm", dkeyNorm);
        check.floatsOrNull("ropeBackward", "dqueryNorm", dqueryNorm, heads.size(), "D");
        check.floatsOrNull("ropeBackward", "dkeyNorm", dkeyNorm, heads.size(), "D");
        backend.ropeBackward(dqkv, qkv, rows, heads, rotary, queryNorm, keyNorm, dqueryNorm, dkeyNorm, epsilon);
    }

    @Override
    public void attention(Buffer o, Buffer lse, Buffer q, Buffer keyCache, Buffer valueCache, Rows rows, Heads heads,
                          double scale) {
        attention.rows("attention", rows, heads);
        attention.queries("attention", "o", o, rows, heads);
        check.floatsOrNull("attention", "lse", lse, attention.denominators(rows, heads), "N * H");
        attention.queries("attention", "q", q, rows, heads);
        attention.cache("attention", rows, heads, keyCache, valueCache);
        check.finite("attention", "scale", scale);
        backend.attention(o, lse, q, keyCache, valueCache, rows, heads, scale);
    }

    @Override
    public void attentionBackward(Buffer dqkv, Buffer dout, Buffer o, Buffer lse, Buffer q, Buffer keyCache,
                                  Buffer valueCache, Rows rows, Heads heads, double scale) {
        attention.rows("attentionBackward", rows, heads);
        attention.fused("attentionBackward", "dqkv", dqkv, rows, heads);
        attention.queries("attentionBackward", "dout", dout, rows, heads);
        attention.queries("attentionBackward", "o", o, rows, heads);
        check.floats("attentionBackward", "lse", lse, attention.denominators(rows, heads), "N * H");
        attention.queries("attentionBackward", "q", q, rows, heads);
        attention.cache("attentionBackward", rows, heads, keyCache, valueCache);
        check.finite("attentionBackward", "scale", scale);
        backend.attentionBackward(dqkv, dout, o, lse, q, keyCache, valueCache, rows, heads, scale);
    }

    @Override
    public void glu(Buffer y, Buffer gateUp, int n, int f, GluActivation activation) {
        counts("glu", "n", n, "f", f);
        check.floats("glu", "y", y, (long) n * f, "n * f");
        check.floats("glu", "gateUp", gateUp, twice(n, f), "n * 2 * f");
        check.given("glu", "activation", activation);
        backend.glu(y, gateUp, n, f, activation);
    }

    @Override
    public void gluBackward(Buffer dgateUp, Buffer dy, Buffer gateUp, int n, int f, GluActivation activation) {
        counts("gluBackward", "n", n, "f", f);
        check.floats("gluBackward", "dgateUp", dgateUp, twice(n, f), "n * 2 * f");
        check.floats("gluBackward", "dy", dy, (long) n * f, "n * f");
        check.floats("gluBackward", "gateUp", gateUp, twice(n, f), "n * 2 * f");
        check.given("gluBackward", "activation", activation);
        backend.gluBackward(dgateUp, dy, gateUp, n, f, activation);
    }

    @Override
    public void softmaxStats(Buffer stats, Buffer logits, Buffer targets, int n, int width, int firstId,
                             double inverseTemperature) {
        tile("softmaxStats", n, width, firstId, inverseTemperature);
        check.floats("softmaxStats", "stats", stats, (long) n * STATS, "n * 4");
        check.floats("softmaxStats", "logits", logits, (long) n * width, "n * width");
        check.ints("softmaxStats", "targets", targets, n, "n");
        backend.softmaxStats(stats, logits, targets, n, width, firstId, inverseTemperature);
    }

    @Override
    public void logprob(Buffer logp, Buffer entropy, Buffer lse, Buffer stats, int n) {
        check.atLeast("logprob", "n", n, 0);
        check.floats("logprob", "logp", logp, n, "n");
        check.floats("logprob", "entropy", entropy, n, "n");
        check.floats("logprob", "lse", lse, n, "n");
        check.floats("logprob", "stats", stats, (long) n * STATS, "n * 4");
        backend.logprob(logp, entropy, lse, stats, n);
    }

    @Override
    public void logprobBackward(Buffer logits, Buffer targets, Buffer lse, Buffer dlogp, int n, int width, int firstId,
                                double inverseTemperature) {
        tile("logprobBackward", n, width, firstId, inverseTemperature);
        check.floats("logprobBackward", "logits", logits, (long) n * width, "n * width");
        check.ints("logprobBackward", "targets", targets, n, "n");
        check.floats("logprobBackward", "lse", lse, n, "n");
        check.floats("logprobBackward", "dlogp", dlogp, n, "n");
        backend.logprobBackward(logits, targets, lse, dlogp, n, width, firstId, inverseTemperature);
    }

    @Override
    public void sample(Buffer ids, Buffer logp, Buffer logits, SampleBatch batch) {
        check.given("sample", "batch", batch);
        int n = batch.count();
        check.atLeast("sample", "batch.count", n, 0);
        check.atLeast("sample", "batch.vocab", batch.vocab(), 1);
        check.ints("sample", "ids", ids, n, "R");
        check.floats("sample", "logp", logp, n, "R");
        check.floats("sample", "logits", logits, (long) n * batch.vocab(), "R * V");
        check.floats("sample", "batch.settings", batch.settings(), (long) n * SampleBatch.SETTINGS, "R * 5");
        check.ints("sample", "batch.counters", batch.counters(), 4L * n, "R * 4");
        check.bothOrNeither("sample", "batch.seenFrom", batch.seenFrom(), "batch.seen", batch.seen());
        if (batch.seen() != null) {
            check.ints("sample", "batch.seenFrom", batch.seenFrom(), n + 1L, "R + 1");
            check.ints("sample", "batch.seen", batch.seen(), 0, "");
        }
        backend.sample(ids, logp, logits, batch);
    }

    @Override
    public void grpo(Buffer dlogp, Buffer loss, Buffer sums, Buffer logp, Buffer oldLogp, Buffer refLogp,
                     Buffer advantage, Buffer weight, Buffer sequenceFrom, int n, int sequences,
                     GrpoParameters parameters) {
        check.atLeast("grpo", "n", n, 0);
        check.atLeast("grpo", "sequences", sequences, 0);
        settings.of(parameters);
        check.floats("grpo", "dlogp", dlogp, n, "N");
        check.floats("grpo", "loss", loss, n, "N");
        check.doubles("grpo", "sums", sums, SUMS, "sums");
        check.floats("grpo", "logp", logp, n, "N");
        check.floats("grpo", "oldLogp", oldLogp, n, "N");
        if (refLogp != null || parameters.beta() != 0) {
            check.floats("grpo", "refLogp", refLogp, n, "N");
        }
        check.floats("grpo", "advantage", advantage, n, "N");
        check.floats("grpo", "weight", weight, n, "N");
        check.ints("grpo", "sequenceFrom", sequenceFrom, sequences + 1L, "S + 1");
        backend.grpo(dlogp, loss, sums, logp, oldLogp, refLogp, advantage, weight, sequenceFrom, n, sequences,
                parameters);
    }

    @Override
    public void sumSquares(Buffer out, Buffer x) {
        check.doubles("sumSquares", "out", out, 1, "sums");
        check.floats("sumSquares", "x", x, 0, "");
        backend.sumSquares(out, x);
    }

    @Override
    public void adamw(Buffer weight, Buffer gradient, Buffer first, Buffer second, AdamWStep step) {
        check.floats("adamw", "weight", weight, 0, "");
        check.floatsAs("adamw", "gradient", gradient, "weight", weight);
        check.floatsAs("adamw", "first", first, "weight", weight);
        check.floatsAs("adamw", "second", second, "weight", weight);
        settings.of(step, weight.length());
        backend.adamw(weight, gradient, first, second, step);
    }

    /** Rows, of which there may be none, of a certain width. */
    private void counts(String op, String rowsName, int rows, String widthName, int width) {
        check.atLeast(op, rowsName, rows, 0);
        check.atLeast(op, widthName, width, 1);
    }

    private void sizes(String op, int m, int n, int k) {
        counts(op, "m", m, "n", n);
        check.atLeast(op, "k", k, 1);
    }

    private void tile(String op, int n, int width, int firstId, double inverseTemperature) {
        counts(op, "n", n, "width", width);
        check.within(op, "width", width, 1, VOCAB_TILE);
        check.atLeast(op, "firstId", firstId, 0);
        if (firstId % VOCAB_TILE != 0) {
            throw ArgumentCheck.wrong(op, "firstId", "must be a multiple of " + VOCAB_TILE, firstId);
        }
        check.positive(op, "inverseTemperature", inverseTemperature);
    }

    private static long twice(int n, int f) {
        return Math.multiplyExact(2L * n, f);
    }
}
