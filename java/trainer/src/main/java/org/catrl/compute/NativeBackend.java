package org.catrl.compute;

import static org.catrl.compute.NativeBuffer.address;

import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.catrl.kernels.Kernels;

/**
 * The ops through the one native border: kernels of a CPU's instruction set or of a CUDA device. One thread at a time
 * may call an instance; buffers may be closed by any. Arguments and threads are taken as they come: {@link Backends}
 * puts {@link CheckedBackend} in front.
 */
final class NativeBackend implements Backend {
    /** CATRL_STAGE_BYTES: most bytes that one transfer moves. */
    static final int STAGE_BYTES = 8 << 20;

    private final Device device;
    private final Products products;
    private final String description;
    private final long context;
    private final NativeArguments arguments = new NativeArguments();
    private final Ledger ledger;
    private final OneThread owner;
    private final Map<Long, NativeBuffer> held = new HashMap<>();
    private boolean closed;

    /**
     * A backend over a device and its products.
     *
     * @param device      owned from here on
     * @param products    owned likewise
     * @param description one line for people
     * @param ledger      where both have entered what they hold
     * @param owner       the guard of every op and transfer
     */
    NativeBackend(Device device, Products products, String description, Ledger ledger, OneThread owner) {
        this.device = device;
        this.products = products;
        this.description = description;
        this.ledger = ledger;
        this.owner = owner;
        this.context = device.context();
    }

    @Override
    public String name() {
        return device.name();
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
    public boolean isHostMemory() {
        return device.isHostMemory();
    }

    @Override
    public long availableBytes() {
        open();
        return device.availableBytes();
    }

    @Override
    public Buffer allocate(DType type, long length, String owner) {
        open();
        long bytes = Math.multiplyExact(length, type.bytes());
        long address = Kernels.allocate(context, bytes);
        if (address == 0) {
            throw new OutOfMemoryError(device.outOfMemory(owner, bytes, ledger));
        }
        NativeBuffer buffer = new NativeBuffer(this, type, length, owner, address);
        held.put(address, buffer);
        ledger.allocated(owner, bytes);
        return buffer;
    }

    /** A check for what takes no buffer: every buffer is closed with the backend, and says so itself. */
    private void open() {
        if (closed) {
            throw new IllegalStateException("the " + name() + " backend has been closed");
        }
    }

    /** Frees a buffer, once; from any thread, after the op at hand. */
    void release(NativeBuffer buffer, long address) {
        owner.free(() -> {
            if (held.remove(address) != null) {
                ledger.released(buffer.owner(), buffer.length() * buffer.type().bytes());
                Kernels.release(context, address);
            }
        });
    }

    /** Fills host memory and has it copied to the context's, at an address that is asked for inside the guard. */
    void upload(LongSupplier target, int bytes, Consumer<ByteBuffer> fill) {
        owner.run("write", () -> {
            long address = target.getAsLong();
            long staged = Kernels.stage(context, address, bytes);
            fill.accept(Kernels.view(staged, bytes));
            Kernels.upload(context, address, staged, bytes);
        });
    }

    /** Copies a buffer to memory of the host that is no buffer of this backend. */
    void copyOut(NativeBuffer to, NativeBuffer from) {
        owner.run("read", () -> copy(to, from));
    }

    /** Waits for everything queued, and shows what stands there. */
    void download(LongSupplier from, int bytes, Consumer<ByteBuffer> take) {
        owner.run("read", () -> {
            long address = from.getAsLong();
            try {
                take.accept(Kernels.view(Kernels.download(context, address, bytes), bytes));
            } catch (IllegalStateException e) {
                throw device.fault(e);
            }
        });
    }

    @Override
    public void replay(Object key, Runnable ops) {
        open();
        device.replay(key, ops);
    }

    @Override
    public void forget(Object key) {
        device.forget(key);
    }

    @Override
    public int lookahead() {
        return device.lookahead();
    }

    @Override
    public void synchronize() {
        open();
        device.synchronize();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        device.forgetAll();
        try {
            List.copyOf(held.values()).forEach(NativeBuffer::close);
            products.close();
        } finally {
            device.close();
        }
    }

    @Override
    public void fill(Buffer x, double value) {
        Kernels.fill(context, arguments.array(x), value);
    }

    @Override
    public void copy(Buffer to, Buffer from) {
        Kernels.copy(context, arguments.array(to), arguments.secondArray(from));
    }

    @Override
    public void add(Buffer y, Buffer x) {
        Kernels.add(context, arguments.array(y), arguments.secondArray(x));
    }

    @Override
    public void multiply(Buffer y, Buffer x) {
        Kernels.multiply(context, arguments.array(y), arguments.secondArray(x));
    }

    @Override
    public void scale(Buffer x, double factor) {
        Kernels.scale(context, arguments.array(x), factor);
    }

    @Override
    public void embed(Buffer y, Buffer table, Buffer ids, int n, int c, int v) {
        inData(() -> Kernels.embed(context, address(y), address(table),
                arguments.picks(y.type(), table.type(), ids, n, c, v)));
    }

    @Override
    public void embedBackward(Buffer dtable, Buffer dy, Buffer ids, int n, int c, int v) {
        inData(() -> Kernels.embed_backward(context, address(dtable), address(dy),
                arguments.picks(dy.type(), dtable.type(), ids, n, c, v)));
    }

    @Override
    public void rmsnorm(Buffer y, Buffer rstd, Buffer x, RmsNorm norm, int n) {
        Kernels.rmsnorm(context, address(y), address(rstd), address(x), arguments.norm(x.type(), norm, n));
    }

    @Override
    public void rmsnormBackward(Buffer dx, Buffer dweight, Buffer dy, Buffer x, Buffer rstd, RmsNorm norm, int n) {
        Kernels.rmsnorm_backward(context, address(dx), address(dweight), address(dy), address(x), address(rstd),
                arguments.norm(x.type(), norm, n));
    }

    @Override
    public long packedLength(int n, int k) {
        open();
        return products.packedLength(n, k);
    }

    @Override
    public void pack(Buffer packed, Buffer weight, int n, int k) {
        products.pack(packed, weight, n, k);
    }

    @Override
    public void linear(Buffer y, Buffer x, Buffer packed, Buffer bias, Buffer addend, LinearShape shape) {
        products.linear(y, x, packed, bias, addend, shape);
    }

    @Override
    public void linearBackwardInput(Buffer dx, Buffer dy, Buffer weight, int m, int n, int k, boolean accumulate) {
        products.linearBackwardInput(dx, dy, weight, m, n, k, accumulate);
    }

    @Override
    public void linearBackwardWeight(Buffer dweight, Buffer dbias, Buffer dy, Buffer x, int m, int n, int k) {
        products.linearBackwardWeight(dweight, dbias, dy, x, m, n, k);
    }

    @Override
    public void rope(Buffer q, KeyValueCache cache, Buffer qkv, PagedRows rows, HeadShape heads, Buffer rotary,
                     HeadNorms norms) {
        Kernels.rope(context, address(q), address(qkv), arguments.attention(q.type(), rows, heads, cache),
                arguments.rotation(rotary, norms));
    }

    @Override
    public void ropeBackward(Buffer dqkv, Buffer qkv, PagedRows rows, HeadShape heads, Buffer rotary, HeadNorms norms,
                             Buffer dqueryNorm, Buffer dkeyNorm) {
        Kernels.rope_backward(context, address(dqkv), address(qkv), address(dqueryNorm), address(dkeyNorm),
                arguments.attention(dqkv.type(), rows, heads, null), arguments.rotation(rotary, norms));
    }

    @Override
    public void attention(Buffer o, Buffer lse, Buffer q, KeyValueCache cache, PagedRows rows, AttentionShape shape) {
        Kernels.attention(context, address(o), address(lse), address(q),
                arguments.attention(o.type(), rows, shape, cache));
    }

    @Override
    public void attentionBackward(Buffer dqkv, Buffer dout, Buffer o, Buffer lse, Buffer q, KeyValueCache cache,
                                  PagedRows rows, AttentionShape shape) {
        Kernels.attention_backward(context, address(dqkv), address(dout), address(o), address(lse), address(q),
                arguments.attention(dqkv.type(), rows, shape, cache));
    }

    @Override
    public void glu(Buffer y, Buffer gateUp, int n, int f, GluActivation activation) {
        Kernels.glu(context, address(y), address(gateUp), arguments.gate(y.type(), n, f, activation));
    }

    @Override
    public void gluBackward(Buffer dgateUp, Buffer dy, Buffer gateUp, int n, int f, GluActivation activation) {
        Kernels.glu_backward(context, address(dgateUp), address(dy), address(gateUp),
                arguments.gate(dgateUp.type(), n, f, activation));
    }

    @Override
    public void softmaxStats(Buffer stats, Buffer logits, VocabTile tile) {
        Kernels.softmax_stats(context, address(stats), address(logits), arguments.vocabTile(logits.type(), tile));
    }

    @Override
    public void logprob(Buffer logp, Buffer entropy, Buffer lse, Buffer stats, int n) {
        Kernels.logprob(context, address(logp), address(entropy), address(lse), address(stats), n);
    }

    @Override
    public void logprobBackward(Buffer dlogits, Buffer logits, Buffer lse, Buffer dlogp, VocabTile tile) {
        Kernels.logprob_backward(context, address(dlogits), address(logits), address(lse), address(dlogp),
                arguments.vocabTile(dlogits.type(), tile));
    }

    @Override
    public void sample(Buffer ids, Buffer logp, Buffer logits, SampleBatch batch) {
        Kernels.sample(context, address(ids), address(logp), address(logits), arguments.sampling(batch));
    }

    @Override
    public void advance(DecodeState state, Buffer ids, Buffer logp) {
        inData(() -> Kernels.advance(context, arguments.decoding(state), address(ids), address(logp)));
    }

    @Override
    public void grpo(Buffer dlogp, Buffer loss, Buffer sums, PolicyTokens tokens, GrpoParameters parameters) {
        Kernels.grpo(context, address(dlogp), address(loss), address(sums), arguments.tokens(tokens),
                arguments.grpo(parameters));
    }

    @Override
    public void sum(Buffer out, Buffer x) {
        Kernels.sum(context, address(out), arguments.array(x));
    }

    @Override
    public void sumSquares(Buffer out, Buffer x) {
        Kernels.sum_squares(context, address(out), arguments.array(x));
    }

    @Override
    public void adamw(Buffer weight, Buffer gradient, Buffer first, Buffer second, Buffer copy, AdamWStep step) {
        Kernels.adamw(context, arguments.trainable(weight, first, second, copy), address(gradient),
                arguments.adamwStep(step));
    }

    /** Bad values in the data arrive as native errors. */
    private void inData(Runnable op) {
        try {
            op.run();
        } catch (IllegalStateException e) {
            throw e;
        } catch (RuntimeException e) {
            throw device.fault(e);
        }
    }
}
