package org.catrl.compute;

import static org.catrl.compute.CpuBuffer.at;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.catrl.cpu.CpuKernels;

/**
 * The C++ kernels, on any CPU, with threads of their own. One thread at a time may call an instance; buffers may be
 * closed by any. Arguments are taken as they come: {@link Backends} puts {@link CheckedBackend} in front.
 */
final class CpuBackend implements Backend {
    private final long context;
    private final String isa;
    private final int threads;
    private final Ledger ledger = new Ledger();
    private final Map<Long, CpuBuffer> held = new HashMap<>();
    private boolean closed;

    /**
     * @param isa     base, avx2, avx512 or avx512bf16; null = the best of this machine
     * @param threads at least 1, the calling one included
     */
    CpuBackend(String isa, int threads) {
        this.isa = isa == null ? CpuKernels.catrl_cpu_best_isa() : isa;
        this.threads = threads;
        try {
            this.context = CpuKernels.catrl_cpu_open(this.isa, threads);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("cpu backend: " + e.getMessage(), e);
        }
    }

    @Override
    public String name() {
        return "cpu";
    }

    @Override
    public String description() {
        return "cpu: " + isa + ", " + threads + (threads == 1 ? " thread" : " threads");
    }

    @Override
    public Ledger ledger() {
        return ledger;
    }

    @Override
    public Set<DType> storageTypes() {
        return Set.of(DType.F32, DType.BF16);
    }

    /** The machine's memory, or its container's, without the heap that the JVM may take. */
    @Override
    public long availableBytes() {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return Math.max(0, system.getTotalMemorySize() - Runtime.getRuntime().maxMemory());
    }

    @Override
    public Buffer allocate(DType type, long length, String owner) {
        open();
        long bytes = Math.multiplyExact(length, type.bytes());
        long address = CpuKernels.catrl_cpu_allocate(bytes);
        if (address == 0) {
            throw new OutOfMemoryError("no memory for " + bytes + " bytes of " + owner + "; held: "
                    + ledger.byOwner());
        }
        CpuBuffer buffer = new CpuBuffer(this, type, length, owner, address);
        synchronized (held) {
            held.put(address, buffer);
        }
        ledger.allocated(owner, bytes);
        return buffer;
    }

    /** For what takes no buffer: every buffer is closed with the backend, and says so itself. */
    private void open() {
        if (closed) {
            throw new IllegalStateException("the cpu backend has been closed");
        }
    }

    void released(CpuBuffer buffer, long address) {
        synchronized (held) {
            held.remove(address);
        }
        ledger.released(buffer.owner(), buffer.length() * buffer.type().bytes());
        CpuKernels.catrl_cpu_free(address);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        List<CpuBuffer> rest;
        synchronized (held) {
            rest = List.copyOf(held.values());
        }
        rest.forEach(CpuBuffer::close);
        CpuKernels.catrl_cpu_close(context);
    }

    @Override
    public void fill(Buffer x, double value) {
        CpuKernels.catrl_cpu_fill(context, at(x), type(x), x.length(), value);
    }

    @Override
    public void copy(Buffer to, Buffer from) {
        CpuKernels.catrl_cpu_copy(context, at(to), type(to), at(from), type(from), to.length());
    }

    @Override
    public void insertColumns(Buffer to, Buffer from, int m, int width, int column, int toWidth) {
        CpuKernels.catrl_cpu_insert_columns(context, at(to), at(from), m, width, column, toWidth);
    }

    @Override
    public void add(Buffer y, Buffer x) {
        CpuKernels.catrl_cpu_add(context, type(y), at(y), at(x), y.length());
    }

    @Override
    public void multiply(Buffer y, Buffer x) {
        CpuKernels.catrl_cpu_multiply(context, at(y), at(x), y.length());
    }

    @Override
    public void scale(Buffer x, double factor) {
        CpuKernels.catrl_cpu_scale(context, type(x), at(x), x.length(), factor);
    }

    @Override
    public void embed(Buffer y, Buffer table, Buffer ids, int n, int c, int v) {
        inData(() -> CpuKernels.catrl_cpu_embed(context, type(y), at(y), at(table), at(ids), n, c, v));
    }

    @Override
    public void embedBackward(Buffer dtable, Buffer dy, Buffer ids, int n, int c, int v) {
        inData(() -> CpuKernels.catrl_cpu_embed_backward(context, type(dy), at(dtable), type(dtable), at(dy), at(ids),
                n, c, v));
    }

    @Override
    public void rmsnorm(Buffer y, Buffer rstd, Buffer x, Buffer weight, int n, int c, double epsilon,
                        double offset) {
        CpuKernels.catrl_cpu_rmsnorm(context, type(y), at(y), at(rstd), at(x), at(weight), n, c, epsilon,
                offset);
    }

    @Override
    public void rmsnormBackward(Buffer dx, Buffer dweight, Buffer dy, Buffer x, Buffer weight, Buffer rstd, int n,
                                int c, double offset) {
        CpuKernels.catrl_cpu_rmsnorm_backward(context, type(dx), at(dx), at(dweight), at(dy), at(x), at(weight),
                at(rstd), n, c, offset);
    }

    @Override
    public long packedLength(int n, int k) {
        open();
        return CpuKernels.catrl_cpu_packed_length(context, n, k);
    }

    @Override
    public void pack(Buffer packed, Buffer weight, int n, int k) {
        CpuKernels.catrl_cpu_pack(context, type(packed), at(packed), at(weight), n, k);
    }

    @Override
    public void linear(Buffer y, Buffer x, Buffer packed, Buffer bias, Buffer addend, int m, int n, int k) {
        CpuKernels.catrl_cpu_linear(context, type(x), at(y), type(y), at(x), at(packed), at(bias), at(addend), m, n, k);
    }

    @Override
    public void linearBackwardInput(Buffer dx, Buffer dy, Buffer weight, int m, int n, int k, boolean accumulate) {
        CpuKernels.catrl_cpu_linear_backward_input(context, type(dx), at(dx), at(dy), at(weight), m, n, k,
                accumulate ? 1 : 0);
    }

    @Override
    public void linearBackwardWeight(Buffer dweight, Buffer dbias, Buffer dy, Buffer x, int m, int n, int k) {
        CpuKernels.catrl_cpu_linear_backward_weight(context, type(dy), at(dweight), at(dbias), at(dy), at(x), m, n, k);
    }

    @Override
    public void rope(Buffer q, Buffer keyCache, Buffer valueCache, Buffer qkv, PagedRows rows, HeadShape heads, Buffer rotary,
                     Buffer queryNorm, Buffer keyNorm, double epsilon, double offset) {
        CpuKernels.catrl_cpu_rope(context, type(q), at(q), at(keyCache), at(valueCache), at(qkv), rows.count(),
                rows.sequences(), rows.blocksPerSequence(), at(rows.positions()), at(rows.sequenceOf()),
                at(rows.blockTable()), heads.query(), heads.keyValue(), heads.size(), at(rotary), at(queryNorm),
                at(keyNorm), epsilon, offset);
    }

    @Override
    public void ropeBackward(Buffer dqkv, Buffer qkv, PagedRows rows, HeadShape heads, Buffer rotary, Buffer queryNorm,
                             Buffer keyNorm, Buffer dqueryNorm, Buffer dkeyNorm, double epsilon, double offset) {
        CpuKernels.catrl_cpu_rope_backward(context, type(dqkv), at(dqkv), at(qkv), rows.count(), rows.sequences(),
                rows.blocksPerSequence(), at(rows.positions()), at(rows.sequenceOf()), at(rows.blockTable()),
                heads.query(), heads.keyValue(), heads.size(), at(rotary), at(queryNorm), at(keyNorm),
                at(dqueryNorm), at(dkeyNorm), epsilon, offset);
    }

    @Override
    public void attention(Buffer o, Buffer lse, Buffer q, Buffer keyCache, Buffer valueCache, PagedRows rows, HeadShape heads,
                          double scale, int window) {
        CpuKernels.catrl_cpu_attention(context, type(o), at(o), at(lse), at(q), at(keyCache), at(valueCache),
                rows.count(), rows.sequences(), rows.blocksPerSequence(), at(rows.positions()), at(rows.sequenceOf()),
                at(rows.blockTable()), heads.query(), heads.keyValue(), heads.size(), scale, window);
    }

    @Override
    public void attentionBackward(Buffer dqkv, Buffer dout, Buffer o, Buffer lse, Buffer q, Buffer keyCache,
                                  Buffer valueCache, PagedRows rows, HeadShape heads, double scale, int window) {
        CpuKernels.catrl_cpu_attention_backward(context, type(dqkv), at(dqkv), at(dout), at(o), at(lse), at(q),
                at(keyCache), at(valueCache), rows.count(), rows.sequences(), rows.blocksPerSequence(),
                at(rows.positions()), at(rows.sequenceOf()), at(rows.blockTable()), heads.query(), heads.keyValue(),
                heads.size(), scale, window);
    }

    @Override
    public void glu(Buffer y, Buffer gateUp, int n, int f, GluActivation activation) {
        CpuKernels.catrl_cpu_glu(context, type(y), at(y), at(gateUp), n, f, activation.ordinal());
    }

    @Override
    public void gluBackward(Buffer dgateUp, Buffer dy, Buffer gateUp, int n, int f, GluActivation activation) {
        CpuKernels.catrl_cpu_glu_backward(context, type(dgateUp), at(dgateUp), at(dy), at(gateUp), n, f,
                activation.ordinal());
    }

    @Override
    public void softmaxStats(Buffer stats, Buffer logits, Buffer targets, int n, int width, int firstId,
                             double inverseTemperature) {
        CpuKernels.catrl_cpu_softmax_stats(context, at(stats), at(logits), at(targets), n, width, firstId,
                inverseTemperature);
    }

    @Override
    public void logprob(Buffer logp, Buffer entropy, Buffer lse, Buffer stats, int n) {
        CpuKernels.catrl_cpu_logprob(context, at(logp), at(entropy), at(lse), at(stats), n);
    }

    @Override
    public void logprobBackward(Buffer dlogits, Buffer logits, Buffer targets, Buffer lse, Buffer dlogp, int n,
                                int width, int firstId, double inverseTemperature) {
        CpuKernels.catrl_cpu_logprob_backward(context, type(dlogits), at(dlogits), at(logits), at(targets), at(lse),
                at(dlogp), n, width, firstId, inverseTemperature);
    }

    @Override
    public void sample(Buffer ids, Buffer logp, Buffer logits, SampleBatch batch) {
        try {
            CpuKernels.catrl_cpu_sample(context, at(ids), at(logp), at(logits), batch.count(), batch.vocab(),
                    at(batch.settings()), at(batch.counters()), batch.seed(), at(batch.seenFrom()), at(batch.seen()));
        } catch (RuntimeException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    @Override
    public void advance(DecodeState state, Buffer ids, Buffer logp) {
        inData(() -> CpuKernels.catrl_cpu_advance(context, state.count(), state.capacity(), at(state.inputIds()),
                at(state.positions()), at(state.counters()), at(state.left()), at(state.taken()),
                at(state.recordedIds()), at(state.recordedLogp()), at(state.stopFrom()), at(state.stops()), at(ids),
                at(logp)));
    }

    @Override
    public void grpo(Buffer dlogp, Buffer loss, Buffer sums, Buffer logp, Buffer oldLogp, Buffer refLogp,
                     Buffer advantage, Buffer weight, Buffer sequenceFrom, int n, int sequences,
                     GrpoParameters parameters) {
        CpuKernels.catrl_cpu_grpo(context, at(dlogp), at(loss), at(sums), at(logp), at(oldLogp), at(refLogp),
                at(advantage), at(weight), at(sequenceFrom), n, sequences, parameters.cispo() ? 1 : 0,
                parameters.sequenceLevel() ? 1 : 0, parameters.clipLow(), parameters.clipHigh(), parameters.delta(),
                parameters.beta(), parameters.kl().ordinal());
    }

    @Override
    public void sum(Buffer out, Buffer x) {
        CpuKernels.catrl_cpu_sum(context, at(out), at(x), x.length());
    }

    @Override
    public void sumSquares(Buffer out, Buffer x) {
        CpuKernels.catrl_cpu_sum_squares(context, at(out), at(x), x.length());
    }

    @Override
    public void adamw(Buffer weight, Buffer gradient, Buffer first, Buffer second, Buffer copy, AdamWStep step) {
        CpuKernels.catrl_cpu_adamw(context, at(weight), at(gradient), at(first), at(second), at(copy), weight.length(),
                step.learningRate(), step.beta1(), step.beta2(), step.epsilon(), step.weightDecay(),
                step.decayedLength(), step.step(), step.gradientScale());
    }

    /** Types are numbered alike on both sides. */
    private static int type(Buffer buffer) {
        return buffer.type().ordinal();
    }

    /** Bad values in the data arrive as native errors. */
    private static void inData(Runnable op) {
        try {
            op.run();
        } catch (IllegalStateException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
