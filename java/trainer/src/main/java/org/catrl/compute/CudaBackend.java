package org.catrl.compute;

import static org.catrl.compute.CudaBuffer.at;

import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.catrl.cuda.CudaKernels;

/**
 * The CUDA kernels on one device and one stream: ops are queued and return at once, reads wait. One thread at a time may
 * call an instance. Arguments are taken as they come: {@link Backends} puts {@link CheckedBackend} in front.
 */
final class CudaBackend implements Backend {
    /** CATRL_STAGE_BYTES: most bytes that one transfer moves through pinned memory. */
    static final int STAGE_BYTES = 8 << 20;
    /** A look costs the time of a few launches; a rollout that ended in between idles for half of these on average. */
    static final int LOOKAHEAD = 8;

    private final long context;
    private final String description;
    private final Products products;
    private final Ledger ledger = new Ledger();
    private final Map<Long, CudaBuffer> held = new HashMap<>();
    private final Map<Object, Long> recordings = new HashMap<>();
    private boolean closed;

    /** Makes the matrix products of a context, entering what they hold in a ledger. */
    interface ProductsOf {
        Products make(long context, Ledger ledger);
    }

    /** @param table of a kernel library, see {@link org.catrl.cuda.CudaLibrary} */
    CudaBackend(long table, BackendSettings settings, ProductsOf products) {
        this.context = CudaKernels.open(table, settings.device(), settings.exact() ? 1 : 0, settings.check() ? 1 : 0);
        try {
            this.products = products.make(context, ledger);
        } catch (RuntimeException | Error e) {
            CudaKernels.close(context);
            throw e;
        }
        this.description = "cuda: " + CudaKernels.device_name(table, settings.device()) + ", "
                + this.products.description() + (settings.exact() ? ", exact" : "");
    }

    @Override
    public String name() {
        return "cuda";
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public Ledger ledger() {
        return ledger;
    }

    @Override
    public Set<DType> storageTypes() {
        return EnumSet.of(DType.F32, DType.BF16);
    }

    @Override
    public Buffer allocate(DType type, long length, String owner) {
        open();
        long bytes = Math.multiplyExact(length, type.bytes());
        long address = CudaKernels.allocate(context, bytes);
        if (address == 0) {
            throw new OutOfMemoryError(MemoryAdvice.outOfMemory(owner, bytes, CudaKernels.free_bytes(context),
                    CudaKernels.total_bytes(context), ledger));
        }
        CudaBuffer buffer = new CudaBuffer(this, type, length, owner, address);
        synchronized (held) {
            held.put(address, buffer);
        }
        ledger.allocated(owner, bytes);
        return buffer;
    }

    private void open() {
        if (closed) {
            throw new IllegalStateException("the cuda backend has been closed");
        }
    }

    void released(CudaBuffer buffer, long address) {
        synchronized (held) {
            held.remove(address);
        }
        ledger.released(buffer.owner(), buffer.length() * buffer.type().bytes());
        CudaKernels.release(context, address);
    }

    /** Fills pinned memory and queues its copy to the device. */
    void upload(long to, int bytes, Consumer<ByteBuffer> fill) {
        long staged = CudaKernels.stage(context, bytes);
        fill.accept(CudaKernels.view(staged, bytes));
        CudaKernels.upload(context, to, staged, bytes);
    }

    /** Waits for everything queued; the view is valid until the next download. */
    ByteBuffer download(long from, int bytes) {
        return waiting(() -> CudaKernels.view(CudaKernels.download(context, from, bytes), bytes));
    }

    private interface Waiting<T> {
        T run();
    }

    /** What went wrong in the ops before is told here: bad ids as bad arguments, anything else as a bad state. */
    private static <T> T waiting(Waiting<T> call) {
        try {
            return call.run();
        } catch (RuntimeException e) {
            String message = e.getMessage();
            if (message != null && message.startsWith("embed:")) {
                throw new IllegalArgumentException(message, e);
            }
            throw new IllegalStateException(message, e);
        }
    }

    @Override
    public void replay(Object key, Runnable ops) {
        open();
        Long graph = recordings.get(key);
        if (graph == null) {
            graph = recorded(ops);
            recordings.put(key, graph);
        }
        CudaKernels.replay(context, graph);
    }

    private long recorded(Runnable ops) {
        CudaKernels.record(context);
        try {
            ops.run();
            return CudaKernels.recorded(context);
        } catch (RuntimeException | Error e) {
            CudaKernels.abandon(context);
            throw e;
        }
    }

    @Override
    public void forget(Object key) {
        Long graph = recordings.remove(key);
        if (graph != null) {
            CudaKernels.forget(context, graph);
        }
    }

    @Override
    public long availableBytes() {
        open();
        return CudaKernels.free_bytes(context);
    }

    @Override
    public int lookahead() {
        return LOOKAHEAD;
    }

    @Override
    public void synchronize() {
        open();
        waiting(() -> {
            CudaKernels.synchronize(context);
            return null;
        });
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        List.copyOf(recordings.keySet()).forEach(this::forget);
        List<CudaBuffer> rest;
        synchronized (held) {
            rest = List.copyOf(held.values());
        }
        rest.forEach(CudaBuffer::close);
        products.close();
        CudaKernels.close(context);
    }

    private static int type(Buffer buffer) {
        return buffer.type().ordinal();
    }

    @Override
    public void fill(Buffer x, double value) {
        CudaKernels.fill(context, at(x), type(x), x.length(), value);
    }

    @Override
    public void copy(Buffer to, Buffer from) {
        CudaKernels.copy(context, at(to), type(to), at(from), type(from), to.length());
    }

    @Override
    public void insertColumns(Buffer to, Buffer from, int m, int width, int column, int toWidth) {
        CudaKernels.insert_columns(context, at(to), at(from), m, width, column, toWidth);
    }

    @Override
    public void add(Buffer y, Buffer x) {
        CudaKernels.add(context, type(y), at(y), at(x), y.length());
    }

    @Override
    public void multiply(Buffer y, Buffer x) {
        CudaKernels.multiply(context, at(y), at(x), y.length());
    }

    @Override
    public void scale(Buffer x, double factor) {
        CudaKernels.scale(context, type(x), at(x), x.length(), factor);
    }

    @Override
    public void embed(Buffer y, Buffer table, Buffer ids, int n, int c, int v) {
        CudaKernels.embed(context, type(y), at(y), at(table), at(ids), n, c, v);
    }

    @Override
    public void embedBackward(Buffer dtable, Buffer dy, Buffer ids, int n, int c, int v) {
        CudaKernels.embed_backward(context, type(dy), at(dtable), type(dtable), at(dy), at(ids), n, c, v);
    }

    @Override
    public void rmsnorm(Buffer y, Buffer rstd, Buffer x, Buffer weight, int n, int c, double epsilon,
                        double offset) {
        CudaKernels.rmsnorm(context, type(y), at(y), at(rstd), at(x), at(weight), n, c, epsilon,
                offset);
    }

    @Override
    public void rmsnormBackward(Buffer dx, Buffer dweight, Buffer dy, Buffer x, Buffer weight, Buffer rstd, int n,
                                int c, double offset) {
        CudaKernels.rmsnorm_backward(context, type(dx), at(dx), at(dweight), at(dy), at(x), at(weight), at(rstd), n,
                c, offset);
    }

    /** Products read the weight as it is. */
    @Override
    public long packedLength(int n, int k) {
        return 0;
    }

    @Override
    public void pack(Buffer packed, Buffer weight, int n, int k) { }

    @Override
    public void linear(Buffer y, Buffer x, Buffer packed, Buffer bias, Buffer addend, int m, int n, int k) {
        multiply(new Products.Shape(x.type(), y.type(), false, true, m, n, k), y, x, packed, addend);
        if (bias != null) {
            CudaKernels.add_bias(context, type(bias), at(y), type(y), at(bias), m, n);
        }
    }

    @Override
    public void linearBackwardInput(Buffer dx, Buffer dy, Buffer weight, int m, int n, int k, boolean accumulate) {
        multiply(new Products.Shape(dy.type(), dx.type(), false, false, m, k, n), dx, dy, weight,
                accumulate ? dx : null);
    }

    @Override
    public void linearBackwardWeight(Buffer dweight, Buffer dbias, Buffer dy, Buffer x, int m, int n, int k) {
        multiply(new Products.Shape(dy.type(), DType.F32, true, false, n, k, m), dweight, dy, x, dweight);
        if (dbias != null) {
            CudaKernels.bias_backward(context, type(dy), at(dbias), at(dy), m, n);
        }
    }

    private void multiply(Products.Shape shape, Buffer c, Buffer a, Buffer b, Buffer addend) {
        if (shape.m() > 0 && shape.k() > 0) {
            products.multiply(shape, at(c), at(a), at(b), at(addend));
        }
    }

    @Override
    public void rope(Buffer q, Buffer keyCache, Buffer valueCache, Buffer qkv, PagedRows rows, HeadShape heads, Buffer rotary,
                     Buffer queryNorm, Buffer keyNorm, double epsilon, double offset) {
        CudaKernels.rope(context, type(q), at(q), at(keyCache), at(valueCache), at(qkv), rows.count(),
                rows.sequences(), rows.blocksPerSequence(), at(rows.positions()), at(rows.sequenceOf()),
                at(rows.blockTable()), heads.query(), heads.keyValue(), heads.size(), at(rotary), at(queryNorm),
                at(keyNorm), epsilon, offset);
    }

    @Override
    public void ropeBackward(Buffer dqkv, Buffer qkv, PagedRows rows, HeadShape heads, Buffer rotary, Buffer queryNorm,
                             Buffer keyNorm, Buffer dqueryNorm, Buffer dkeyNorm, double epsilon, double offset) {
        CudaKernels.rope_backward(context, type(dqkv), at(dqkv), at(qkv), rows.count(), rows.sequences(),
                rows.blocksPerSequence(), at(rows.positions()), at(rows.sequenceOf()), at(rows.blockTable()),
                heads.query(), heads.keyValue(), heads.size(), at(rotary), at(queryNorm), at(keyNorm), at(dqueryNorm),
                at(dkeyNorm), epsilon, offset);
    }

    @Override
    public void attention(Buffer o, Buffer lse, Buffer q, Buffer keyCache, Buffer valueCache, PagedRows rows, HeadShape heads,
                          double scale, int window) {
        CudaKernels.attention(context, type(o), at(o), at(lse), at(q), at(keyCache), at(valueCache), rows.count(),
                rows.sequences(), rows.blocksPerSequence(), at(rows.positions()), at(rows.sequenceOf()),
                at(rows.blockTable()), heads.query(), heads.keyValue(), heads.size(), scale, window);
    }

    @Override
    public void attentionBackward(Buffer dqkv, Buffer dout, Buffer o, Buffer lse, Buffer q, Buffer keyCache,
                                  Buffer valueCache, PagedRows rows, HeadShape heads, double scale, int window) {
        CudaKernels.attention_backward(context, type(dqkv), at(dqkv), at(dout), at(o), at(lse), at(q), at(keyCache),
                at(valueCache), rows.count(), rows.sequences(), rows.blocksPerSequence(), at(rows.positions()),
                at(rows.sequenceOf()), at(rows.blockTable()), heads.query(), heads.keyValue(), heads.size(), scale,
                window);
    }

    @Override
    public void glu(Buffer y, Buffer gateUp, int n, int f, GluActivation activation) {
        CudaKernels.glu(context, type(y), at(y), at(gateUp), n, f, activation.ordinal());
    }

    @Override
    public void gluBackward(Buffer dgateUp, Buffer dy, Buffer gateUp, int n, int f, GluActivation activation) {
        CudaKernels.glu_backward(context, type(dgateUp), at(dgateUp), at(dy), at(gateUp), n, f, activation.ordinal());
    }

    @Override
    public void softmaxStats(Buffer stats, Buffer logits, Buffer targets, int n, int width, int firstId,
                             double inverseTemperature) {
        CudaKernels.softmax_stats(context, at(stats), at(logits), at(targets), n, width, firstId, inverseTemperature);
    }

    @Override
    public void logprob(Buffer logp, Buffer entropy, Buffer lse, Buffer stats, int n) {
        CudaKernels.logprob(context, at(logp), at(entropy), at(lse), at(stats), n);
    }

    @Override
    public void logprobBackward(Buffer dlogits, Buffer logits, Buffer targets, Buffer lse, Buffer dlogp, int n,
                                int width, int firstId, double inverseTemperature) {
        CudaKernels.logprob_backward(context, type(dlogits), at(dlogits), at(logits), at(targets), at(lse), at(dlogp),
                n, width, firstId, inverseTemperature);
    }

    @Override
    public void sample(Buffer ids, Buffer logp, Buffer logits, SampleBatch batch) {
        CudaKernels.sample(context, at(ids), at(logp), at(logits), batch.count(), batch.vocab(), at(batch.settings()),
                at(batch.counters()), batch.seed(), at(batch.seenFrom()), at(batch.seen()));
    }

    @Override
    public void advance(DecodeState state, Buffer ids, Buffer logp) {
        CudaKernels.advance(context, state.count(), state.capacity(), at(state.inputIds()), at(state.positions()),
                at(state.counters()), at(state.left()), at(state.taken()), at(state.recordedIds()),
                at(state.recordedLogp()), at(state.stopFrom()), at(state.stops()), at(ids), at(logp));
    }

    @Override
    public void grpo(Buffer dlogp, Buffer loss, Buffer sums, Buffer logp, Buffer oldLogp, Buffer refLogp,
                     Buffer advantage, Buffer weight, Buffer sequenceFrom, int n, int sequences,
                     GrpoParameters parameters) {
        CudaKernels.grpo(context, at(dlogp), at(loss), at(sums), at(logp), at(oldLogp), at(refLogp), at(advantage),
                at(weight), at(sequenceFrom), n, sequences, parameters.cispo() ? 1 : 0,
                parameters.sequenceLevel() ? 1 : 0, parameters.clipLow(), parameters.clipHigh(), parameters.delta(),
                parameters.beta(), parameters.kl().ordinal());
    }

    @Override
    public void sum(Buffer out, Buffer x) {
        CudaKernels.sum(context, at(out), at(x), x.length());
    }

    @Override
    public void sumSquares(Buffer out, Buffer x) {
        CudaKernels.sum_squares(context, at(out), at(x), x.length());
    }

    @Override
    public void adamw(Buffer weight, Buffer gradient, Buffer first, Buffer second, Buffer copy, AdamWStep step) {
        CudaKernels.adamw(context, at(weight), at(gradient), at(first), at(second), at(copy), weight.length(),
                step.learningRate(), step.beta1(), step.beta2(), step.epsilon(), step.weightDecay(),
                step.decayedLength(), step.step(), step.gradientScale());
    }
}
