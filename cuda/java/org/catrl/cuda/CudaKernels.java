package org.catrl.cuda;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Namespace;
import org.bytedeco.javacpp.annotation.NoException;
import org.bytedeco.javacpp.annotation.Platform;

/**
 * The functions of {@code catrl_cuda.h}, under their names without catrl_cuda_, through the table of a kernel library
 * that {@link #load} has loaded; see there for shapes and errors. Memory and contexts are raw addresses: their owners
 * are in {@code org.catrl.compute}. This class needs no CUDA; it throws a {@link LinkageError} where its glue is absent.
 */
@Platform(include = "catrl_cuda_glue.h", compiler = "cpp17", link = "dl")
@Namespace("catrl_glue")
public final class CudaKernels {
    static {
        Loader.load();
    }

    private CudaKernels() { }

    /** The table of a kernel library. @throws RuntimeException with the loader's reason */
    public static native @Cast("const catrl_cuda_table*") long load(String path);

    /** Host memory of staging or of a download, in native byte order; the view owns nothing. */
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

    // ---- the device ---------------------------------------------------------------------------------------------------
    @NoException
    public static native int device_count(@Cast("const catrl_cuda_table*") long table);

    @NoException
    public static native int driver_version(@Cast("const catrl_cuda_table*") long table);

    @NoException
    public static native int runtime_version(@Cast("const catrl_cuda_table*") long table);

    @NoException
    public static native String error(@Cast("const catrl_cuda_table*") long table, int code);

    @NoException
    public static native String device_name(@Cast("const catrl_cuda_table*") long table, int device);

    @NoException
    public static native int device_capability(@Cast("const catrl_cuda_table*") long table, int device);

    public static native @Cast("catrl_cuda*") long open(@Cast("const catrl_cuda_table*") long table, int device,
            int exact, int check);

    public static native void close(@Cast("catrl_cuda*") long ctx);

    public static native @Cast("void*") long stream(@Cast("catrl_cuda*") long ctx);

    public static native void synchronize(@Cast("catrl_cuda*") long ctx);

    public static native @Cast("int64_t") long free_bytes(@Cast("catrl_cuda*") long ctx);

    public static native @Cast("int64_t") long total_bytes(@Cast("catrl_cuda*") long ctx);

    // ---- memory -------------------------------------------------------------------------------------------------------
    public static native @Cast("void*") long allocate(@Cast("catrl_cuda*") long ctx, @Cast("int64_t") long bytes);

    public static native void release(@Cast("catrl_cuda*") long ctx, @Cast("void*") long memory);

    public static native @Cast("void*") long stage(@Cast("catrl_cuda*") long ctx, @Cast("int64_t") long bytes);

    public static native void upload(@Cast("catrl_cuda*") long ctx, @Cast("void*") long to,
            @Cast("const void*") long staged, @Cast("int64_t") long bytes);

    public static native @Cast("const void*") long download(@Cast("catrl_cuda*") long ctx,
            @Cast("const void*") long from, @Cast("int64_t") long bytes);

    // ---- graphs -------------------------------------------------------------------------------------------------------
    public static native void record(@Cast("catrl_cuda*") long ctx);

    public static native @Cast("catrl_cuda_graph*") long recorded(@Cast("catrl_cuda*") long ctx);

    public static native void abandon(@Cast("catrl_cuda*") long ctx);

    public static native void replay(@Cast("catrl_cuda*") long ctx, @Cast("catrl_cuda_graph*") long graph);

    public static native void forget(@Cast("catrl_cuda*") long ctx, @Cast("catrl_cuda_graph*") long graph);

    // ---- elementwise --------------------------------------------------------------------------------------------------
    public static native void fill(@Cast("catrl_cuda*") long ctx, @Cast("void*") long x, int type,
            @Cast("int64_t") long length, double value);

    public static native void copy(@Cast("catrl_cuda*") long ctx, @Cast("void*") long to, int toType,
            @Cast("const void*") long from, int fromType, @Cast("int64_t") long length);

    public static native void insert_columns(@Cast("catrl_cuda*") long ctx, @Cast("float*") long to,
            @Cast("const float*") long from, int m, int width, int column, int toWidth);

    public static native void add(@Cast("catrl_cuda*") long ctx, int real, @Cast("void*") long y,
            @Cast("const void*") long x, @Cast("int64_t") long length);

    public static native void multiply(@Cast("catrl_cuda*") long ctx, @Cast("float*") long y,
            @Cast("const float*") long x, @Cast("int64_t") long length);

    public static native void scale(@Cast("catrl_cuda*") long ctx, int real, @Cast("void*") long x,
            @Cast("int64_t") long length, double factor);

    // ---- rows ---------------------------------------------------------------------------------------------------------
    public static native void embed(@Cast("catrl_cuda*") long ctx, int real, @Cast("void*") long y,
            @Cast("const void*") long table, @Cast("const int32_t*") long ids, int n, int c, int v);

    public static native void embed_backward(@Cast("catrl_cuda*") long ctx, int real, @Cast("void*") long dtable,
            int tableType, @Cast("const void*") long dy, @Cast("const int32_t*") long ids, int n, int c, int v);

    public static native void rmsnorm(@Cast("catrl_cuda*") long ctx, int real, @Cast("void*") long y,
            @Cast("float*") long rstd, @Cast("const void*") long x, @Cast("const void*") long weight, int n, int c,
            double epsilon, double offset);

    public static native void rmsnorm_backward(@Cast("catrl_cuda*") long ctx, int real, @Cast("void*") long dx,
            @Cast("float*") long dweight, @Cast("const void*") long dy, @Cast("const void*") long x,
            @Cast("const void*") long weight, @Cast("const float*") long rstd, int n, int c, double offset);

    // ---- linear -------------------------------------------------------------------------------------------------------
    public static native void add_bias(@Cast("catrl_cuda*") long ctx, int real, @Cast("void*") long y, int yType,
            @Cast("const void*") long bias, int m, int n);

    public static native void bias_backward(@Cast("catrl_cuda*") long ctx, int real, @Cast("float*") long dbias,
            @Cast("const void*") long dy, int m, int n);

    public static native void plain_product(@Cast("catrl_cuda*") long ctx, int real, @Cast("void*") long c, int cType,
            @Cast("const void*") long a, int transposeA, @Cast("const void*") long b, int transposeB, int m, int n,
            int k, int accumulate);

    // ---- attention ----------------------------------------------------------------------------------------------------
    public static native void rope(@Cast("catrl_cuda*") long ctx, int real, @Cast("void*") long q,
            @Cast("void*") long keyCache, @Cast("void*") long valueCache, @Cast("const void*") long qkv, int rows,
            int sequences, int blocksPerSequence, @Cast("const int32_t*") long positions,
            @Cast("const int32_t*") long sequenceOf, @Cast("const int32_t*") long blockTable, int heads, int kvHeads,
            int headSize, @Cast("const float*") long rotary, @Cast("const void*") long queryNorm,
            @Cast("const void*") long keyNorm, double epsilon, double offset);

    public static native void rope_backward(@Cast("catrl_cuda*") long ctx, int real, @Cast("void*") long dqkv,
            @Cast("const void*") long qkv, int rows, int sequences, int blocksPerSequence,
            @Cast("const int32_t*") long positions, @Cast("const int32_t*") long sequenceOf,
            @Cast("const int32_t*") long blockTable, int heads, int kvHeads, int headSize,
            @Cast("const float*") long rotary, @Cast("const void*") long queryNorm, @Cast("const void*") long keyNorm,
            @Cast("float*") long dqueryNorm, @Cast("float*") long dkeyNorm, double epsilon, double offset);

    public static native void attention(@Cast("catrl_cuda*") long ctx, int real, @Cast("void*") long o,
            @Cast("float*") long lse, @Cast("const void*") long q, @Cast("const void*") long keyCache,
            @Cast("const void*") long valueCache, int rows, int sequences, int blocksPerSequence,
            @Cast("const int32_t*") long positions, @Cast("const int32_t*") long sequenceOf,
            @Cast("const int32_t*") long blockTable, int heads, int kvHeads, int headSize, double scale, int window);

    public static native void attention_backward(@Cast("catrl_cuda*") long ctx, int real, @Cast("void*") long dqkv,
            @Cast("const void*") long dout, @Cast("const void*") long o, @Cast("const float*") long lse,
            @Cast("const void*") long q, @Cast("const void*") long keyCache, @Cast("const void*") long valueCache,
            int rows, int sequences, int blocksPerSequence, @Cast("const int32_t*") long positions,
            @Cast("const int32_t*") long sequenceOf, @Cast("const int32_t*") long blockTable, int heads, int kvHeads,
            int headSize, double scale, int window);

    // ---- feed-forward -------------------------------------------------------------------------------------------------
    public static native void glu(@Cast("catrl_cuda*") long ctx, int real, @Cast("void*") long y,
            @Cast("const void*") long gateUp, int n, int f, int activation);

    public static native void glu_backward(@Cast("catrl_cuda*") long ctx, int real, @Cast("void*") long dgateUp,
            @Cast("const void*") long dy, @Cast("const void*") long gateUp, int n, int f, int activation);

    // ---- log-probabilities --------------------------------------------------------------------------------------------
    public static native void softmax_stats(@Cast("catrl_cuda*") long ctx, @Cast("float*") long stats,
            @Cast("const float*") long logits, @Cast("const int32_t*") long targets, int n, int width, int firstId,
            double inverseTemperature);

    public static native void logprob(@Cast("catrl_cuda*") long ctx, @Cast("float*") long logp,
            @Cast("float*") long entropy, @Cast("float*") long lse, @Cast("const float*") long stats, int n);

    public static native void logprob_backward(@Cast("catrl_cuda*") long ctx, int real, @Cast("void*") long dlogits,
            @Cast("const float*") long logits, @Cast("const int32_t*") long targets, @Cast("const float*") long lse,
            @Cast("const float*") long dlogp, int n, int width, int firstId, double inverseTemperature);

    // ---- sampling -----------------------------------------------------------------------------------------------------
    public static native void sample(@Cast("catrl_cuda*") long ctx, @Cast("int32_t*") long ids,
            @Cast("float*") long logp, @Cast("float*") long logits, int count, int vocab,
            @Cast("const float*") long settings, @Cast("const int32_t*") long counters, @Cast("int64_t") long seed,
            @Cast("const int32_t*") long seenFrom, @Cast("const int32_t*") long seen);

    public static native void advance(@Cast("catrl_cuda*") long ctx, int rows, int capacity,
            @Cast("int32_t*") long inputIds, @Cast("int32_t*") long positions, @Cast("int32_t*") long counters,
            @Cast("int32_t*") long left, @Cast("int32_t*") long taken, @Cast("int32_t*") long recordedIds,
            @Cast("float*") long recordedLogp, @Cast("const int32_t*") long stopFrom,
            @Cast("const int32_t*") long stops, @Cast("const int32_t*") long ids, @Cast("const float*") long logp);

    // ---- the update ---------------------------------------------------------------------------------------------------
    public static native void grpo(@Cast("catrl_cuda*") long ctx, @Cast("float*") long dlogp, @Cast("float*") long loss,
            @Cast("double*") long sums, @Cast("const float*") long logp, @Cast("const float*") long oldLogp,
            @Cast("const float*") long refLogp, @Cast("const float*") long advantage, @Cast("const float*") long weight,
            @Cast("const int32_t*") long sequenceFrom, int n, int sequences, int cispo, int sequenceLevel,
            double clipLow, double clipHigh, double delta, double beta, int kl);

    public static native void sum(@Cast("catrl_cuda*") long ctx, @Cast("double*") long out,
            @Cast("const float*") long x, @Cast("int64_t") long length);

    public static native void sum_squares(@Cast("catrl_cuda*") long ctx, @Cast("double*") long out,
            @Cast("const float*") long x, @Cast("int64_t") long length);

    public static native void adamw(@Cast("catrl_cuda*") long ctx, @Cast("float*") long weight,
            @Cast("const float*") long gradient, @Cast("float*") long first, @Cast("float*") long second,
            @Cast("void*") long copy, @Cast("int64_t") long length, double learningRate, double beta1, double beta2,
            double epsilon, double weightDecay, @Cast("int64_t") long decayedLength, int step, double gradientScale);
}
