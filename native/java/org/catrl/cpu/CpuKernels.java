package org.catrl.cpu;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.NoException;
import org.bytedeco.javacpp.annotation.Platform;

/**
 * The binding of catrl_cpu.h; see there for every contract. Pointers, the context included, are plain addresses
 * (0 = NULL), so a call allocates nothing. Native errors arrive as {@link RuntimeException}.
 */
@Platform(include = "catrl_cpu.h", link = "catrl_cpu", compiler = "cpp17")
public final class CpuKernels {
    static {
        Loader.load();
    }

    private CpuKernels() { }

    /** A view of native memory, in native byte order, that owns nothing. */
    public static ByteBuffer view(long address, int bytes) {
        return new Address(address, bytes).asByteBuffer().order(ByteOrder.nativeOrder());
    }

    private static final class Address extends Pointer {
        Address(long address, long bytes) {
            this.address = address;
            this.limit = bytes;
            this.capacity = bytes;
        }
    }

    @NoException
    public static native String catrl_cpu_best_isa();

    public static native @Cast("catrl_cpu*") long catrl_cpu_open(String isa, int threads);

    @NoException
    public static native void catrl_cpu_close(@Cast("catrl_cpu*") long ctx);

    @NoException
    public static native @Cast("void*") long catrl_cpu_allocate(@Cast("int64_t") long bytes);

    @NoException
    public static native void catrl_cpu_free(@Cast("void*") long memory);

    // ---- elementwise ------------------------------------------------------------------------------------------------
    public static native void catrl_cpu_fill(@Cast("catrl_cpu*") long ctx, @Cast("void*") long x, int type,
            @Cast("int64_t") long length, double value);

    public static native void catrl_cpu_copy(@Cast("catrl_cpu*") long ctx, @Cast("void*") long to, int toType,
            @Cast("const void*") long from, int fromType, @Cast("int64_t") long length);

    public static native void catrl_cpu_insert_columns(@Cast("catrl_cpu*") long ctx, @Cast("float*") long to,
            @Cast("const float*") long from, int m, int width, int column, int toWidth);

    public static native void catrl_cpu_add(@Cast("catrl_cpu*") long ctx, int real, @Cast("void*") long y,
            @Cast("const void*") long x, @Cast("int64_t") long length);

    public static native void catrl_cpu_multiply(@Cast("catrl_cpu*") long ctx, @Cast("float*") long y,
            @Cast("const float*") long x, @Cast("int64_t") long length);

    public static native void catrl_cpu_scale(@Cast("catrl_cpu*") long ctx, int real, @Cast("void*") long x,
            @Cast("int64_t") long length, double factor);

    // ---- rows -------------------------------------------------------------------------------------------------------
    public static native void catrl_cpu_embed(@Cast("catrl_cpu*") long ctx, int real, @Cast("void*") long y,
            @Cast("const void*") long table, @Cast("const int32_t*") long ids, int n, int c, int v);

    public static native void catrl_cpu_embed_backward(@Cast("catrl_cpu*") long ctx, int real,
            @Cast("void*") long dtable, int tableType, @Cast("const void*") long dy, @Cast("const int32_t*") long ids,
            int n, int c, int v);

    public static native void catrl_cpu_rmsnorm(@Cast("catrl_cpu*") long ctx, int real, @Cast("void*") long y,
            @Cast("float*") long rstd, @Cast("const void*") long x, @Cast("const void*") long weight, int n, int c,
            double epsilon, double offset);

    public static native void catrl_cpu_rmsnorm_backward(@Cast("catrl_cpu*") long ctx, int real, @Cast("void*") long dx,
            @Cast("float*") long dweight, @Cast("const void*") long dy, @Cast("const void*") long x,
            @Cast("const void*") long weight, @Cast("const float*") long rstd, int n, int c, double offset);

    // ---- linear -----------------------------------------------------------------------------------------------------
    public static native @Cast("int64_t") long catrl_cpu_packed_length(@Cast("catrl_cpu*") long ctx, int n, int k);

    public static native void catrl_cpu_pack(@Cast("catrl_cpu*") long ctx, int real, @Cast("void*") long packed,
            @Cast("const void*") long weight, int n, int k);

    public static native void catrl_cpu_linear(@Cast("catrl_cpu*") long ctx, int real, @Cast("void*") long y, int yType,
            @Cast("const void*") long x, @Cast("const void*") long packed, @Cast("const void*") long bias,
            @Cast("const void*") long addend, int m, int n, int k);

    public static native void catrl_cpu_linear_backward_input(@Cast("catrl_cpu*") long ctx, int real,
            @Cast("void*") long dx, @Cast("const void*") long dy, @Cast("const void*") long weight, int m, int n, int k,
            int accumulate);

    public static native void catrl_cpu_linear_backward_weight(@Cast("catrl_cpu*") long ctx, int real,
            @Cast("float*") long dweight, @Cast("float*") long dbias, @Cast("const void*") long dy,
            @Cast("const void*") long x, int m, int n, int k);

    // ---- attention --------------------------------------------------------------------------------------------------
    public static native void catrl_cpu_rope(@Cast("catrl_cpu*") long ctx, int real, @Cast("void*") long q,
            @Cast("void*") long keyCache, @Cast("void*") long valueCache, @Cast("const void*") long qkv, int rows,
            int sequences, int blocksPerSequence, @Cast("const int32_t*") long positions,
            @Cast("const int32_t*") long sequenceOf, @Cast("const int32_t*") long blockTable, int heads, int kvHeads,
            int headSize, @Cast("const float*") long rotary, @Cast("const void*") long queryNorm,
            @Cast("const void*") long keyNorm, double epsilon, double offset);

    public static native void catrl_cpu_rope_backward(@Cast("catrl_cpu*") long ctx, int real, @Cast("void*") long dqkv,
            @Cast("const void*") long qkv, int rows, int sequences, int blocksPerSequence,
            @Cast("const int32_t*") long positions, @Cast("const int32_t*") long sequenceOf,
            @Cast("const int32_t*") long blockTable, int heads, int kvHeads, int headSize,
            @Cast("const float*") long rotary, @Cast("const void*") long queryNorm, @Cast("const void*") long keyNorm,
            @Cast("float*") long dqueryNorm, @Cast("float*") long dkeyNorm, double epsilon, double offset);

    public static native void catrl_cpu_attention(@Cast("catrl_cpu*") long ctx, int real, @Cast("void*") long o,
            @Cast("float*") long lse, @Cast("const void*") long q, @Cast("const void*") long keyCache,
            @Cast("const void*") long valueCache, int rows, int sequences, int blocksPerSequence,
            @Cast("const int32_t*") long positions, @Cast("const int32_t*") long sequenceOf,
            @Cast("const int32_t*") long blockTable, int heads, int kvHeads, int headSize, double scale, int window);

    public static native void catrl_cpu_attention_backward(@Cast("catrl_cpu*") long ctx, int real,
            @Cast("void*") long dqkv, @Cast("const void*") long dout, @Cast("const void*") long o,
            @Cast("const float*") long lse, @Cast("const void*") long q, @Cast("const void*") long keyCache,
            @Cast("const void*") long valueCache, int rows, int sequences, int blocksPerSequence,
            @Cast("const int32_t*") long positions, @Cast("const int32_t*") long sequenceOf,
            @Cast("const int32_t*") long blockTable, int heads, int kvHeads, int headSize, double scale, int window);

    // ---- feed-forward -----------------------------------------------------------------------------------------------
    public static native void catrl_cpu_glu(@Cast("catrl_cpu*") long ctx, int real, @Cast("void*") long y,
            @Cast("const void*") long gateUp, int n, int f, int activation);

    public static native void catrl_cpu_glu_backward(@Cast("catrl_cpu*") long ctx, int real,
            @Cast("void*") long dgateUp, @Cast("const void*") long dy, @Cast("const void*") long gateUp, int n, int f,
            int activation);

    // ---- log-probabilities ------------------------------------------------------------------------------------------
    public static native void catrl_cpu_softmax_stats(@Cast("catrl_cpu*") long ctx, @Cast("float*") long stats,
            @Cast("const float*") long logits, @Cast("const int32_t*") long targets, int n, int width, int firstId,
            double inverseTemperature);

    public static native void catrl_cpu_logprob(@Cast("catrl_cpu*") long ctx, @Cast("float*") long logp,
            @Cast("float*") long entropy, @Cast("float*") long lse, @Cast("const float*") long stats, int n);

    public static native void catrl_cpu_logprob_backward(@Cast("catrl_cpu*") long ctx, int real,
            @Cast("void*") long dlogits, @Cast("const float*") long logits, @Cast("const int32_t*") long targets,
            @Cast("const float*") long lse, @Cast("const float*") long dlogp, int n, int width, int firstId,
            double inverseTemperature);

    // ---- sampling ---------------------------------------------------------------------------------------------------
    public static native void catrl_cpu_sample(@Cast("catrl_cpu*") long ctx, @Cast("int32_t*") long ids,
            @Cast("float*") long logp, @Cast("float*") long logits, int count, int vocab,
            @Cast("const float*") long settings, @Cast("const int32_t*") long counters, @Cast("int64_t") long seed,
            @Cast("const int32_t*") long seenFrom, @Cast("const int32_t*") long seen);

    public static native void catrl_cpu_advance(@Cast("catrl_cpu*") long ctx, int count, int capacity,
            @Cast("int32_t*") long inputIds, @Cast("int32_t*") long positions, @Cast("int32_t*") long counters,
            @Cast("int32_t*") long left, @Cast("int32_t*") long taken, @Cast("int32_t*") long recordedIds,
            @Cast("float*") long recordedLogp, @Cast("const int32_t*") long stopFrom,
            @Cast("const int32_t*") long stops, @Cast("const int32_t*") long ids, @Cast("const float*") long logp);

    // ---- the update -------------------------------------------------------------------------------------------------
    public static native void catrl_cpu_grpo(@Cast("catrl_cpu*") long ctx, @Cast("float*") long dlogp,
            @Cast("float*") long loss, @Cast("double*") long sums, @Cast("const float*") long logp,
            @Cast("const float*") long oldLogp, @Cast("const float*") long refLogp,
            @Cast("const float*") long advantage, @Cast("const float*") long weight,
            @Cast("const int32_t*") long sequenceFrom, int n, int sequences, int cispo, int sequenceLevel,
            double clipLow, double clipHigh, double delta, double beta, int kl);

    public static native void catrl_cpu_sum(@Cast("catrl_cpu*") long ctx, @Cast("double*") long out,
            @Cast("const float*") long x, @Cast("int64_t") long length);

    public static native void catrl_cpu_sum_squares(@Cast("catrl_cpu*") long ctx, @Cast("double*") long out,
            @Cast("const float*") long x, @Cast("int64_t") long length);

    public static native void catrl_cpu_adamw(@Cast("catrl_cpu*") long ctx, @Cast("float*") long weight,
            @Cast("const float*") long gradient, @Cast("float*") long first, @Cast("float*") long second,
            @Cast("void*") long copy, @Cast("int64_t") long length, double learningRate, double beta1, double beta2,
            double epsilon, double weightDecay, @Cast("int64_t") long decayedLength, int step, double gradientScale);
}
