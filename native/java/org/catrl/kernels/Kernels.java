package org.catrl.kernels;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Name;
import org.bytedeco.javacpp.annotation.Namespace;
import org.bytedeco.javacpp.annotation.NoException;
import org.bytedeco.javacpp.annotation.Platform;

/**
 * The functions of {@code catrl.h}, under their names in its tables; see there for every contract. Contexts, memory and
 * argument structs are plain addresses (0 = NULL), so a call allocates nothing: their owners are in
 * {@code org.catrl.compute}. Native errors arrive as {@link IllegalStateException}, but for ops that find bad values in
 * their arguments: theirs are plain {@link RuntimeException}s.
 */
@Platform(include = "catrl_glue.h", link = {"catrl_cpu", "dl"}, compiler = "cpp17")
@Namespace("catrl_glue")
public final class Kernels {
    static {
        Loader.load();
    }

    private Kernels() { }

    /** A view of native memory, in native byte order, that owns nothing. */
    public static ByteBuffer view(long address, int bytes) {
        return new Address(address, bytes).asByteBuffer().limit(bytes).slice().order(ByteOrder.nativeOrder());
    }

    /** The address of a direct buffer's memory, which lives as long as the buffer. */
    public static long address(ByteBuffer direct) {
        return new Pointer(direct).address();
    }

    private static final class Address extends Pointer {
        Address(long address, long bytes) {
            this.address = address;
            this.limit = bytes;
            this.capacity = bytes;
        }
    }

    // ---- opening a context ------------------------------------------------------------------------------------------

    /** The best instruction set that this machine and the library both have. */
    @NoException
    public static native String best_isa();

    public static native @Cast("catrl_context*") long open_cpu(String isa, int threads) throws IllegalArgumentException;

    /** Loads a library of CUDA kernels. @throws RuntimeException with the loader's reason */
    public static native @Cast("const catrl_cuda*") long load(String path);

    @NoException
    public static native int device_count(@Cast("const catrl_cuda*") long library);

    @NoException
    public static native int driver_version(@Cast("const catrl_cuda*") long library);

    @NoException
    public static native int runtime_version(@Cast("const catrl_cuda*") long library);

    @NoException
    public static native String error(@Cast("const catrl_cuda*") long library, int code);

    @NoException
    public static native String device_name(@Cast("const catrl_cuda*") long library, int device);

    @NoException
    public static native int device_capability(@Cast("const catrl_cuda*") long library, int device);

    public static native @Cast("catrl_context*") long open_cuda(@Cast("const catrl_cuda*") long library, int device,
            int exact, int check) throws IllegalStateException;

    // ---- how many 8-byte fields an argument struct has --------------------------------------------------------------

    @NoException
    @Name("fields<catrl_array>")
    public static native int arrayFields();

    @NoException
    @Name("fields<catrl_picks>")
    public static native int picksFields();

    @NoException
    @Name("fields<catrl_norm>")
    public static native int normFields();

    @NoException
    @Name("fields<catrl_product>")
    public static native int productFields();

    @NoException
    @Name("fields<catrl_linear>")
    public static native int linearFields();

    @NoException
    @Name("fields<catrl_attention>")
    public static native int attentionFields();

    @NoException
    @Name("fields<catrl_rotation>")
    public static native int rotationFields();

    @NoException
    @Name("fields<catrl_gate>")
    public static native int gateFields();

    @NoException
    @Name("fields<catrl_vocab_tile>")
    public static native int vocabTileFields();

    @NoException
    @Name("fields<catrl_sampling>")
    public static native int samplingFields();

    @NoException
    @Name("fields<catrl_decoding>")
    public static native int decodingFields();

    @NoException
    @Name("fields<catrl_tokens>")
    public static native int tokensFields();

    @NoException
    @Name("fields<catrl_grpo>")
    public static native int grpoFields();

    @NoException
    @Name("fields<catrl_trainable>")
    public static native int trainableFields();

    @NoException
    @Name("fields<catrl_adamw_step>")
    public static native int adamwStepFields();

    // ---- memory -----------------------------------------------------------------------------------------------------

    @NoException
    public static native void close(@Cast("catrl_context*") long ctx);

    public static native @Cast("void*") long allocate(@Cast("catrl_context*") long ctx, @Cast("int64_t") long bytes)
            throws IllegalStateException;

    public static native void release(@Cast("catrl_context*") long ctx, @Cast("void*") long memory)
            throws IllegalStateException;

    public static native @Cast("void*") long stage(@Cast("catrl_context*") long ctx, @Cast("void*") long to,
            @Cast("int64_t") long bytes) throws IllegalStateException;

    public static native void upload(@Cast("catrl_context*") long ctx, @Cast("void*") long to,
            @Cast("const void*") long staged, @Cast("int64_t") long bytes) throws IllegalStateException;

    public static native @Cast("const void*") long download(@Cast("catrl_context*") long ctx,
            @Cast("const void*") long from, @Cast("int64_t") long bytes) throws IllegalStateException;

    // ---- elementwise ------------------------------------------------------------------------------------------------

    public static native void fill(@Cast("catrl_context*") long ctx, @Cast("const catrl_array*") long x, double value)
            throws IllegalStateException;

    public static native void copy(@Cast("catrl_context*") long ctx, @Cast("const catrl_array*") long to,
            @Cast("const catrl_array*") long from) throws IllegalStateException;

    public static native void add(@Cast("catrl_context*") long ctx, @Cast("const catrl_array*") long y,
            @Cast("const catrl_array*") long x) throws IllegalStateException;

    public static native void multiply(@Cast("catrl_context*") long ctx, @Cast("const catrl_array*") long y,
            @Cast("const catrl_array*") long x) throws IllegalStateException;

    public static native void scale(@Cast("catrl_context*") long ctx, @Cast("const catrl_array*") long x,
            double factor) throws IllegalStateException;

    // ---- rows -------------------------------------------------------------------------------------------------------

    public static native void embed(@Cast("catrl_context*") long ctx, @Cast("void*") long y,
            @Cast("const void*") long table, @Cast("const catrl_picks*") long picks);

    public static native void embed_backward(@Cast("catrl_context*") long ctx, @Cast("void*") long dtable,
            @Cast("const void*") long dy, @Cast("const catrl_picks*") long picks);

    public static native void rmsnorm(@Cast("catrl_context*") long ctx, @Cast("void*") long y,
            @Cast("float*") long rstd, @Cast("const void*") long x, @Cast("const catrl_norm*") long norm)
            throws IllegalStateException;

    public static native void rmsnorm_backward(@Cast("catrl_context*") long ctx, @Cast("void*") long dx,
            @Cast("float*") long dweight, @Cast("const void*") long dy, @Cast("const void*") long x,
            @Cast("const float*") long rstd, @Cast("const catrl_norm*") long norm) throws IllegalStateException;

    // ---- linear -----------------------------------------------------------------------------------------------------

    public static native @Cast("int64_t") long packed_length(@Cast("catrl_context*") long ctx, int n, int k)
            throws IllegalStateException;

    public static native void pack(@Cast("catrl_context*") long ctx, @Cast("void*") long packed,
            @Cast("const void*") long weight, @Cast("const catrl_product*") long shape) throws IllegalStateException;

    public static native void linear(@Cast("catrl_context*") long ctx, @Cast("void*") long y,
            @Cast("const void*") long x, @Cast("const catrl_linear*") long linear) throws IllegalStateException;

    public static native void linear_backward_input(@Cast("catrl_context*") long ctx, @Cast("void*") long dx,
            @Cast("const void*") long dy, @Cast("const void*") long weight, @Cast("const catrl_product*") long shape,
            int accumulate) throws IllegalStateException;

    public static native void linear_backward_weight(@Cast("catrl_context*") long ctx, @Cast("float*") long dweight,
            @Cast("float*") long dbias, @Cast("const void*") long dy, @Cast("const void*") long x,
            @Cast("const catrl_product*") long shape) throws IllegalStateException;

    // ---- attention --------------------------------------------------------------------------------------------------

    public static native void rope(@Cast("catrl_context*") long ctx, @Cast("void*") long q,
            @Cast("const void*") long qkv, @Cast("const catrl_attention*") long attention,
            @Cast("const catrl_rotation*") long rotation) throws IllegalStateException;

    public static native void rope_backward(@Cast("catrl_context*") long ctx, @Cast("void*") long dqkv,
            @Cast("const void*") long qkv, @Cast("float*") long dqueryNorm, @Cast("float*") long dkeyNorm,
            @Cast("const catrl_attention*") long attention, @Cast("const catrl_rotation*") long rotation)
            throws IllegalStateException;

    public static native void attention(@Cast("catrl_context*") long ctx, @Cast("void*") long o,
            @Cast("float*") long lse, @Cast("const void*") long q, @Cast("const catrl_attention*") long attention)
            throws IllegalStateException;

    public static native void attention_backward(@Cast("catrl_context*") long ctx, @Cast("void*") long dqkv,
            @Cast("const void*") long dout, @Cast("const void*") long o, @Cast("const float*") long lse,
            @Cast("const void*") long q, @Cast("const catrl_attention*") long attention) throws IllegalStateException;

    // ---- feed-forward -----------------------------------------------------------------------------------------------

    public static native void glu(@Cast("catrl_context*") long ctx, @Cast("void*") long y,
            @Cast("const void*") long gateUp, @Cast("const catrl_gate*") long gate) throws IllegalStateException;

    public static native void glu_backward(@Cast("catrl_context*") long ctx, @Cast("void*") long dgateUp,
            @Cast("const void*") long dy, @Cast("const void*") long gateUp, @Cast("const catrl_gate*") long gate)
            throws IllegalStateException;

    // ---- log-probabilities ------------------------------------------------------------------------------------------

    public static native void softmax_stats(@Cast("catrl_context*") long ctx,
            @Cast("catrl_softmax_stats*") long stats, @Cast("const float*") long logits,
            @Cast("const catrl_vocab_tile*") long tile) throws IllegalStateException;

    public static native void logprob(@Cast("catrl_context*") long ctx, @Cast("float*") long logp,
            @Cast("float*") long entropy, @Cast("float*") long lse, @Cast("const catrl_softmax_stats*") long stats,
            int n) throws IllegalStateException;

    public static native void logprob_backward(@Cast("catrl_context*") long ctx, @Cast("void*") long dlogits,
            @Cast("const float*") long logits, @Cast("const float*") long lse, @Cast("const float*") long dlogp,
            @Cast("const catrl_vocab_tile*") long tile) throws IllegalStateException;

    // ---- sampling ---------------------------------------------------------------------------------------------------

    public static native void sample(@Cast("catrl_context*") long ctx, @Cast("int32_t*") long ids,
            @Cast("float*") long logp, @Cast("float*") long logits, @Cast("const catrl_sampling*") long sampling)
            throws IllegalStateException;

    public static native void advance(@Cast("catrl_context*") long ctx, @Cast("const catrl_decoding*") long books,
            @Cast("const int32_t*") long ids, @Cast("const float*") long logp);

    // ---- the update -------------------------------------------------------------------------------------------------

    public static native void grpo(@Cast("catrl_context*") long ctx, @Cast("float*") long dlogp,
            @Cast("float*") long loss, @Cast("catrl_grpo_sums*") long sums, @Cast("const catrl_tokens*") long tokens,
            @Cast("const catrl_grpo*") long parameters) throws IllegalStateException;

    public static native void sum(@Cast("catrl_context*") long ctx, @Cast("double*") long out,
            @Cast("const catrl_array*") long x) throws IllegalStateException;

    public static native void sum_squares(@Cast("catrl_context*") long ctx, @Cast("double*") long out,
            @Cast("const catrl_array*") long x) throws IllegalStateException;

    public static native void adamw(@Cast("catrl_context*") long ctx, @Cast("const catrl_trainable*") long trainable,
            @Cast("const float*") long gradient, @Cast("const catrl_adamw_step*") long step)
            throws IllegalStateException;

    // ---- what only a device has -------------------------------------------------------------------------------------

    @NoException
    public static native @Cast("void*") long stream(@Cast("catrl_context*") long ctx);

    public static native void synchronize(@Cast("catrl_context*") long ctx) throws IllegalStateException;

    @NoException
    public static native int blames_argument(@Cast("catrl_context*") long ctx);

    public static native @Cast("int64_t") long free_bytes(@Cast("catrl_context*") long ctx)
            throws IllegalStateException;

    public static native @Cast("int64_t") long total_bytes(@Cast("catrl_context*") long ctx)
            throws IllegalStateException;

    public static native void record(@Cast("catrl_context*") long ctx) throws IllegalStateException;

    public static native @Cast("catrl_recording*") long recorded(@Cast("catrl_context*") long ctx)
            throws IllegalStateException;

    public static native void abandon(@Cast("catrl_context*") long ctx) throws IllegalStateException;

    public static native void replay(@Cast("catrl_context*") long ctx, @Cast("catrl_recording*") long recording)
            throws IllegalStateException;

    public static native void forget(@Cast("catrl_context*") long ctx, @Cast("catrl_recording*") long recording)
            throws IllegalStateException;

    public static native void add_bias(@Cast("catrl_context*") long ctx, @Cast("void*") long y,
            @Cast("const catrl_linear*") long linear) throws IllegalStateException;

    public static native void bias_backward(@Cast("catrl_context*") long ctx, @Cast("float*") long dbias,
            @Cast("const void*") long dy, @Cast("const catrl_product*") long shape) throws IllegalStateException;
}
