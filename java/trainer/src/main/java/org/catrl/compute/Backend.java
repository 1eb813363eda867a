package org.catrl.compute;

import java.util.Set;

/**
 * The ops: every loop over elements that a training step needs, over whole batches.
 *
 * <p>Shape letters: N packed rows, S sequences, C width, H query heads, K key/value heads, D head size, F ffn width,
 * V vocabulary. Matrices are row-major. "=" overwrites, "+=" adds to what is stored. No two arguments may overlap
 * unless a method says so.
 *
 * <p>"storage" stands for the storage type of a run, F32 or BF16: such buffers of one call are all of one type.
 * Arithmetic, statistics, parameters' gradients and optimizer state are F32 or wider in any case; what is stored as
 * BF16 is rounded to nearest even, once, at the end of an op.
 *
 * <p>Promises of every implementation (checked by the contract tests):
 * <ul>
 *   <li>Row independence: the bits of an output row depend on that row's inputs only, not on which other rows share
 *       the call, nor on the number of threads.</li>
 *   <li>Every sum over K, over keys and over rows runs in one fixed order; an accumulating op starts from the stored
 *       value and continues in row order, so splitting the rows over several calls changes no bit. (On CUDA the
 *       gradients of parameters are an exception: each call adds its whole sum over rows, in an order that its shape
 *       fixes.)</li>
 * </ul>
 * One thread at a time: an op that a second thread calls, or a buffer that it reads or writes, while another thread is
 * within an op, is an {@link IllegalStateException} that names both and changes nothing; one after the other they may
 * take turns. {@link #close}, and the close of a buffer, may be called by any thread: they wait for the op at hand.
 *
 * <p>Ops may run behind the caller's back: what goes wrong in one is thrown by the next read of a buffer at the latest.
 * The specification is {@link org.catrl.compute.reference.ReferenceBackend}. Arguments are checked by
 * {@link CheckedBackend}, which {@link Backends} puts in front of every implementation.
 */
public interface Backend extends AutoCloseable {
    /** Ids are summed over the vocabulary in tiles of this many: one row's softmax statistics merge tile by tile. */
    int VOCAB_TILE = 8192;
    /** Floats per row of the softmax statistics: max, sum of exp(z - max), z of the target, sum of z exp(z - max). */
    int STATS = 4;

    /** The name: "cpu", "cuda" or "reference". */
    String name();

    /** A line for people: instruction set or device, threads. */
    String description();

    /** The account of what this backend holds, by owner. */
    Ledger ledger();

    /** The storage types that a run may have. */
    Set<DType> storageTypes();

    /**
     * Zero-filled memory.
     *
     * @throws OutOfMemoryError naming the owner and what is held by whom
     */
    Buffer allocate(DType type, long length, String owner);

    /**
     * Frees everything that is still held, once the op at hand is done; whatever is called afterwards is an
     * {@link IllegalStateException}.
     */
    @Override
    void close();

    /** Whether buffers lie in the host's memory, of which this backend's ledger is an account then. */
    default boolean isHostMemory() {
        return true;
    }

    /** The bytes that can be allocated, as far as this machine tells. */
    default long availableBytes() {
        return Long.MAX_VALUE;
    }

    /**
     * Runs ops whose calls, buffers and numbers are the same whenever the key is equal. A backend may record them the
     * first time and replay the record afterwards: ops must not allocate, nor read or write a buffer from the host.
     */
    default void replay(Object key, Runnable ops) {
        ops.run();
    }

    /** Forgets what {@link #replay} recorded: to be called before a buffer of it is closed. */
    default void forget(Object key) { }

    /**
     * The number of tokens worth decoding before the host looks at what was drawn: 1 where ops are done when they
     * return.
     */
    default int lookahead() {
        return 1;
    }

    /** Returns when everything asked for so far is done. */
    default void synchronize() { }

    // ---- elementwise -------------------------------------------------------------------------------------------

    /** x = value, of any type. */
    void fill(Buffer x, double value);

    /** to = from, same length; of one type, or one F32 and the other BF16. */
    void copy(Buffer to, Buffer from);

    /** y += x, storage, same length. */
    void add(Buffer y, Buffer x);

    /** y *= x, F32, element by element, same length. */
    void multiply(Buffer y, Buffer x);

    /** x *= factor, storage, the factor rounded to F32. */
    void scale(Buffer x, double factor);

    // ---- rows --------------------------------------------------------------------------------------------------

    /**
     * y[i] = table[ids[i]]: embedding, and picking rows of any matrix.
     *
     * @param y     storage[n, c]
     * @param table storage[v, c]
     * @param ids   I32[n]
     * @throws IllegalArgumentException when an id is outside [0, v)
     */
    void embed(Buffer y, Buffer table, Buffer ids, int n, int c, int v);

    /** dtable[ids[i]] += dy[i], rows in order (so repeated ids sum in row order); dtable F32 or storage, dy storage. */
    void embedBackward(Buffer dtable, Buffer dy, Buffer ids, int n, int c, int v);

    /**
     * The norm of n rows; see {@link RmsNorm}.
     *
     * @param y    storage[n, C], may be x
     * @param rstd F32[n], or null when no backward follows
     * @param x    storage[n, C]
     */
    void rmsnorm(Buffer y, Buffer rstd, Buffer x, RmsNorm norm, int n);

    /**
     * dx storage[n, C] += and dweight F32[C] += (null: not wanted) of {@link #rmsnorm}, from dy, x (storage) and the
     * stored rstd.
     */
    void rmsnormBackward(Buffer dx, Buffer dweight, Buffer dy, Buffer x, Buffer rstd, RmsNorm norm, int n);

    // ---- linear ------------------------------------------------------------------------------------------------

    /**
     * The number of elements that {@link #pack} writes for a weight of n outputs and k inputs; 0 when {@link #linear}
     * takes the weight as it is, and nothing is to be packed.
     */
    long packedLength(int n, int k);

    /** The backend's own form of weight storage[n, k] for {@link #linear}: made once per weight update. */
    void pack(Buffer packed, Buffer weight, int n, int k);

    /**
     * y = addend + bias + x W^T; the sum starts from addend (or bias, or 0) and runs over k in order.
     *
     * @param y      storage[m, n], or F32[m, n] from storage x (logits)
     * @param x      storage[m, k]
     * @param packed {@link #pack} of W storage[n, k]
     * @param bias   storage[n] or null
     * @param addend [m, n] of y's type, or null; may be y itself
     */
    void linear(Buffer y, Buffer x, Buffer packed, Buffer bias, Buffer addend, LinearShape shape);

    /** {@link #linear(Buffer, Buffer, Buffer, Buffer, Buffer, LinearShape)} of a whole y. */
    default void linear(Buffer y, Buffer x, Buffer packed, Buffer bias, Buffer addend, int m, int n, int k) {
        linear(y, x, packed, bias, addend, new LinearShape(m, n, k));
    }

    /** dx = dy W, or dx += dy W when accumulate; storage dx[m, k], dy[m, n] and weight[n, k], which is not packed. */
    void linearBackwardInput(Buffer dx, Buffer dy, Buffer weight, int m, int n, int k, boolean accumulate);

    /** dweight F32[n, k] += dy^T x; dbias F32[n] += column sums of dy, or null; storage dy[m, n], x[m, k]; by rows. */
    void linearBackwardWeight(Buffer dweight, Buffer dbias, Buffer dy, Buffer x, int m, int n, int k);

    // ---- attention ---------------------------------------------------------------------------------------------

    /** The elements of the key cache (and of the value cache) for this many blocks; blocks are contiguous, in order. */
    default long cacheLength(int blocks, HeadShape heads) {
        return (long) blocks * heads.keyValueWidth() * PagedRows.BLOCK;
    }

    /**
     * The rotation of the fused projection: q = rope(norm(q)), and rope(norm(k)) and v go to the cache slots of the
     * rows. RoPE in the half-split form (Su et al. 2021 as in Llama): (a, b) -> (a cos - b sin, b cos + a sin), a and b
     * the two halves of a head. norm is {@link #rmsnorm} over each head (Qwen 3).
     *
     * @param q      storage[N, H D]
     * @param qkv    storage[N, (H + 2K) D]
     * @param rotary F32[positions, D]: per position D/2 cosines, then D/2 sines
     */
    void rope(Buffer q, KeyValueCache cache, Buffer qkv, PagedRows rows, HeadShape heads, Buffer rotary,
              HeadNorms norms);

    /**
     * Turns, in place, the gradient of rope's outputs (as {@link #attentionBackward} leaves it) into that of qkv.
     * The v part is left alone. dqueryNorm, dkeyNorm F32[D] += in row order (null without norms).
     */
    void ropeBackward(Buffer dqkv, Buffer qkv, PagedRows rows, HeadShape heads, Buffer rotary, HeadNorms norms,
                      Buffer dqueryNorm, Buffer dkeyNorm);

    /**
     * Causal attention of every row over the positions up to its own of its sequence, read from the cache: prefill,
     * decode and training alike. o = softmax(scale q k^T) v.
     *
     * @param o storage[N, H D]
     * @param lse F32[N, H]: log of the softmax's denominator, or null when no backward follows
     * @param q storage[N, H D], as {@link #rope} wrote it
     */
    void attention(Buffer o, Buffer lse, Buffer q, KeyValueCache cache, PagedRows rows, AttentionShape shape);

    /**
     * dqkv = the gradients of q, k (both after rope) and v, laid out as the fused projection. The rows must hold every
     * position of their sequences, from 0.
     *
     * @param dqkv storage[N, (H + 2K) D]
     * @param dout storage[N, H D]
     * @param o    as {@link #attention} wrote it
     * @param lse  likewise
     */
    void attentionBackward(Buffer dqkv, Buffer dout, Buffer o, Buffer lse, Buffer q, KeyValueCache cache,
                           PagedRows rows, AttentionShape shape);

    // ---- feed-forward ------------------------------------------------------------------------------------------

    /** y = act(gate) * up; gateUp storage[n, 2f], gate first; y storage[n, f] (Shazeer 2020). */
    void glu(Buffer y, Buffer gateUp, int n, int f, GluActivation activation);

    /** dgateUp = gradient of {@link #glu}; dy storage[n, f], dgateUp storage[n, 2f]; dgateUp may be gateUp itself. */
    void gluBackward(Buffer dgateUp, Buffer dy, Buffer gateUp, int n, int f, GluActivation activation);

    // ---- log-probabilities -------------------------------------------------------------------------------------

    /**
     * Merges one vocabulary tile into the rows' running softmax statistics.
     *
     * @param stats  F32[N, 4], overwritten when firstId is 0
     * @param logits F32[N, width]
     */
    void softmaxStats(Buffer stats, Buffer logits, VocabTile tile);

    /** What complete statistics tell: logp of the target, entropy of the distribution, lse; each F32[n]. */
    void logprob(Buffer logp, Buffer entropy, Buffer lse, Buffer stats, int n);

    /**
     * dlogits storage[N, width] = d(sum dlogp logp) / d logits = dlogp * inverseTemperature *
     * (1[id = target] - exp(z - lse)); dlogits may be logits F32[N, width] itself where storage is F32.
     *
     * @param lse   F32[N]
     * @param dlogp F32[N]
     */
    void logprobBackward(Buffer dlogits, Buffer logits, Buffer lse, Buffer dlogp, VocabTile tile);

    // ---- sampling ----------------------------------------------------------------------------------------------

    /**
     * Draws one id per row. The order is that of Hugging Face generate(): repetition penalty, temperature, top-k,
     * top-p, min-p. The draw is the inverse of the cumulative distribution over ids in ascending order, at the first
     * uniform of Philox4x32-10(counter, seed). logp is that of the drawn id under the softmax of logits / temperature
     * (temperature 1 for a greedy row), before penalty and truncation: to the bit what softmaxStats and logprob give.
     *
     * @param ids    I32[R]
     * @param logp   F32[R]
     * @param logits F32[R, V], may be overwritten
     * @throws IllegalStateException when a row holds NaN or no finite logit, naming the row
     */
    void sample(Buffer ids, Buffer logp, Buffer logits, SampleBatch batch);

    /**
     * Between two draws of decoding without the host: keeps what was drawn, sees which rows have ended, and sets up the
     * next token. For each row r with left[r] &gt; 0: record.ids[taken[r], r] = ids[r], record.logp likewise; taken[r]
     * += 1; left[r] -= 1, or = 0 when ids[r] is one of the row's stop ids. If left[r] is still above 0: inputIds[r] =
     * ids[r], positions[r] += 1, counters[r, 3] += 1. Other rows stay as they are.
     *
     * @param state the rows' books, updated
     * @param ids   I32[R] of {@link #sample}
     * @param logp  F32[R] of {@link #sample}
     * @throws IllegalArgumentException when a row that is still decoding has a taken outside the record
     */
    void advance(DecodeState state, Buffer ids, Buffer logp);

    // ---- the update --------------------------------------------------------------------------------------------

    /**
     * The policy loss of N completion tokens and its derivative; see {@link GrpoParameters}.
     *
     * @param dlogp F32[N] = weight * d loss / d logp
     * @param loss  F32[N] = per-token loss, unweighted
     * @param sums  F64[{@link GrpoParameters.Sum}] += , in token order
     */
    void grpo(Buffer dlogp, Buffer loss, Buffer sums, PolicyTokens tokens, GrpoParameters parameters);

    /** out F64[1] += the sum of x F32, in order: what is not finite in x shows in it. */
    void sum(Buffer out, Buffer x);

    /** out F64[1] = sum of x^2, in a fixed order. */
    void sumSquares(Buffer out, Buffer x);

    /**
     * One optimizer step over flat F32 buffers of equal length; weight, first and second moment are updated.
     *
     * @param copy BF16 of the same length, becomes the new weight rounded; or null
     */
    void adamw(Buffer weight, Buffer gradient, Buffer first, Buffer second, Buffer copy, AdamWStep step);
}
