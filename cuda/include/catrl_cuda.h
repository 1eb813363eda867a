/*
 * The CUDA kernels of catrl, behind a plain C border: the ops of org.catrl.compute.Backend in the same order, with
 * their arguments in the same order. Backend's Javadoc is the specification; this header adds what a pointer needs.
 * A kernel library exports one symbol, catrl_cuda_table: these functions by name (see catrl_cuda_glue.h).
 *
 * Shape letters: N packed rows, S sequences, C width, H query heads, K key/value heads, D head size, F ffn width,
 * V vocabulary. Matrices are row-major. "real" is the storage type that the argument real names, CATRL_F32 or
 * CATRL_BF16; const void* and void* point to reals unless a comment says otherwise. Everything else is typed.
 * "=" overwrites, "+=" adds to what is stored. Pointers are device memory, 16-byte aligned where a row's bytes are a
 * multiple of 16, and distinct unless a function says otherwise. Nothing here checks a shape or a length.
 *
 * Every op is queued on the context's stream and returns at once. Errors are C++ exceptions (the glue turns them into
 * RuntimeException with the same text): of a launch at once, of a kernel that fails later by the next call that waits
 * (read, synchronize); after that the context refuses every call with the first message. Bad values in the data
 * (an id outside its table, a row of NaN) leave the context usable and are thrown by the next call that waits, as
 * std::invalid_argument.
 *
 * Rows, everywhere: rows = N; sequences = S, rows of the block table; blocks_per_sequence, its width;
 * positions[N], sequence_of[N]; block_table[S, blocks_per_sequence]. A cache block holds CATRL_BLOCK positions, and
 * both caches lie as [block][K][CATRL_BLOCK][D].
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Token positions per cache block. */
#define CATRL_BLOCK 16
/** Ids per vocabulary tile: the softmax statistics of a row merge tile by tile. */
#define CATRL_VOCAB_TILE 8192
/** Floats per row of the softmax statistics: max, sum exp(z - max), z of the target, sum z exp(z - max). */
#define CATRL_STATS 4
/** Floats per row of sample's settings: temperature, top_k, top_p, min_p, repetition_penalty. */
#define CATRL_SETTINGS 5
/** Doubles of grpo's sums: loss, tokens, clipped low, clipped high, KL, mult prob error, ratio. */
#define CATRL_GRPO_SUMS 7

enum { CATRL_F32 = 0, CATRL_F64 = 1, CATRL_I32 = 2, CATRL_BF16 = 3 };
enum { CATRL_SILU = 0, CATRL_GELU_TANH = 1 };
enum { CATRL_K1 = 0, CATRL_K2 = 1, CATRL_K3 = 2 };

/** One device, one stream, its pinned staging memory and scratch. Calls on one context do not overlap. */
typedef struct catrl_cuda catrl_cuda;
/** Launches recorded once and replayed. */
typedef struct catrl_cuda_graph catrl_cuda_graph;

/* ---- the device ----------------------------------------------------------------------------------------------- */

/** Number of devices, or minus the cudaError when they cannot be counted (no driver: -35). */
int catrl_cuda_device_count(void);

/** Newest CUDA version the installed driver supports, 1000 * major + 10 * minor; 0 without a driver. */
int catrl_cuda_driver_version(void);

/** CUDA version the kernels were built with, in the same form. */
int catrl_cuda_runtime_version(void);

/** What an error code means; the sign is ignored. */
const char* catrl_cuda_error(int code);

/** Name of a device, "" when there is no such device. The text lives as long as the calling thread. */
const char* catrl_cuda_device_name(int device);

/** Compute capability of a device, 10 * major + minor; 0 when there is no such device. */
int catrl_cuda_device_capability(int device);

/**
 * @param exact every row's bits are independent of its batch, and decoding's equal training's (one attention path)
 * @param check waits after every launch and names the kernel that failed: for hunting errors, slow
 */
catrl_cuda* catrl_cuda_open(int device, int exact, int check);

/** Waits, then frees everything but the memory of catrl_cuda_allocate; NULL is ignored. Never throws. */
void catrl_cuda_close(catrl_cuda* ctx);

/** The context's cudaStream_t, for work queued by others between these ops. */
void* catrl_cuda_stream(catrl_cuda* ctx);

/** Returns when everything queued is done; throws what went wrong in it. */
void catrl_cuda_synchronize(catrl_cuda* ctx);

/** Free and total bytes of the device's memory. */
int64_t catrl_cuda_free_bytes(catrl_cuda* ctx);
int64_t catrl_cuda_total_bytes(catrl_cuda* ctx);

/* ---- memory --------------------------------------------------------------------------------------------------- */

/** Zero-filled, 256-byte aligned device memory; NULL when there is not enough. */
void* catrl_cuda_allocate(catrl_cuda* ctx, int64_t bytes);

/** Waits until nothing queued can use the memory, and frees it. */
void catrl_cuda_release(catrl_cuda* ctx, void* memory);

/** Pinned host memory of at least so many bytes (at most CATRL_STAGE_BYTES), free to be written until upload. */
#define CATRL_STAGE_BYTES (8 << 20)
void* catrl_cuda_stage(catrl_cuda* ctx, int64_t bytes);

/** Queues a copy of what was written to the memory that stage returned last. */
void catrl_cuda_upload(catrl_cuda* ctx, void* to, const void* staged, int64_t bytes);

/** Waits for all that is queued and returns pinned memory with a copy of from, valid until the next call. */
const void* catrl_cuda_download(catrl_cuda* ctx, const void* from, int64_t bytes);

/* ---- graphs --------------------------------------------------------------------------------------------------- */

/** What is queued from here on is recorded instead of run; allocations and waiting calls are errors until the end. */
void catrl_cuda_record(catrl_cuda* ctx);
catrl_cuda_graph* catrl_cuda_recorded(catrl_cuda* ctx);
/** Ends a recording that failed; what was recorded is dropped. */
void catrl_cuda_abandon(catrl_cuda* ctx);
void catrl_cuda_replay(catrl_cuda* ctx, catrl_cuda_graph* graph);
void catrl_cuda_forget(catrl_cuda* ctx, catrl_cuda_graph* graph);

/* ---- elementwise ---------------------------------------------------------------------------------------------- */

/** x[length] = value, of any type. */
void catrl_cuda_fill(catrl_cuda* ctx, void* x, int type, int64_t length, double value);

/** to[length] = from, of any types: equal ones, or F32 and BF16. */
void catrl_cuda_copy(catrl_cuda* ctx, void* to, int to_type, const void* from, int from_type, int64_t length);

/** to[i, column + j] = from[i, j]: from[m, width], to[m, to_width]. */
void catrl_cuda_insert_columns(catrl_cuda* ctx, float* to, const float* from, int m, int width, int column,
                               int to_width);

/** y[length] += x. */
void catrl_cuda_add(catrl_cuda* ctx, int real, void* y, const void* x, int64_t length);

/** y[length] *= x. */
void catrl_cuda_multiply(catrl_cuda* ctx, float* y, const float* x, int64_t length);

/** x[length] *= factor, rounded to float. */
void catrl_cuda_scale(catrl_cuda* ctx, int real, void* x, int64_t length, double factor);

/* ---- rows ----------------------------------------------------------------------------------------------------- */

/** y[n, c] = table[ids[i]]. An id outside [0, v) is a fault, and its row becomes 0. */
void catrl_cuda_embed(catrl_cuda* ctx, int real, void* y, const void* table, const int32_t* ids, int n, int c, int v);

/** dtable[ids[i]] += dy[i] in row order; dtable is of table_type (F32 or real). An id outside is a fault, left out. */
void catrl_cuda_embed_backward(catrl_cuda* ctx, int real, void* dtable, int table_type, const void* dy,
                               const int32_t* ids, int n, int c, int v);

/** y[n, c] = x * rstd * (offset + weight); rstd[n] = 1 / sqrt(mean(x^2) + epsilon), or NULL. */
void catrl_cuda_rmsnorm(catrl_cuda* ctx, int real, void* y, float* rstd, const void* x, const void* weight, int n,
                        int c, double epsilon, double offset);

/** dx[n, c] +=, dweight[c] += in chunks of rows, which meet in order (NULL: not wanted). */
void catrl_cuda_rmsnorm_backward(catrl_cuda* ctx, int real, void* dx, float* dweight, const void* dy, const void* x,
                                 const void* weight, const float* rstd, int n, int c, double offset);

/* ---- linear: what surrounds cuBLAS's products, and a plain product for the emulator --------------------------- */

/** y[m, n] += bias[n], y of y_type. */
void catrl_cuda_add_bias(catrl_cuda* ctx, int real, void* y, int y_type, const void* bias, int m, int n);

/** dbias[n] += column sums of dy[m, n], in chunks of rows, which meet in order. */
void catrl_cuda_bias_backward(catrl_cuda* ctx, int real, float* dbias, const void* dy, int m, int n);

/**
 * c[m, n] = beta * c + op(a) op(b), op = transpose where asked: a is [m, k] or, transposed, [k, m]; b is [k, n] or,
 * transposed, [n, k]. a and b are reals, c is of c_type; one thread per element, k in order. Slow and plain.
 */
void catrl_cuda_plain_product(catrl_cuda* ctx, int real, void* c, int c_type, const void* a, int transpose_a,
                              const void* b, int transpose_b, int m, int n, int k, int accumulate);

/* ---- attention ------------------------------------------------------------------------------------------------ */

/**
 * q[N, H D] = rope(norm(q)); rope(norm(k)) and v go to the rows' cache slots.
 * rotary[positions, D]: D/2 cosines, then D/2 sines; query_norm, key_norm [D] or both NULL.
 */
void catrl_cuda_rope(catrl_cuda* ctx, int real, void* q, void* key_cache, void* value_cache, const void* qkv, int rows,
                     int sequences, int blocks_per_sequence, const int32_t* positions, const int32_t* sequence_of,
                     const int32_t* block_table, int heads, int kv_heads, int head_size, const float* rotary,
                     const void* query_norm, const void* key_norm, double epsilon, double offset);

/** In place, from the gradient of rope's outputs to that of qkv; dquery_norm, dkey_norm [D] += in chunks of rows. */
void catrl_cuda_rope_backward(catrl_cuda* ctx, int real, void* dqkv, const void* qkv, int rows, int sequences,
                              int blocks_per_sequence, const int32_t* positions, const int32_t* sequence_of,
                              const int32_t* block_table, int heads, int kv_heads, int head_size, const float* rotary,
                              const void* query_norm, const void* key_norm, float* dquery_norm, float* dkey_norm,
                              double epsilon, double offset);

/**
 * o[N, H D] = softmax(scale q k^T) v over the last window (0: all) positions up to the row's own; lse[N, H] or NULL.
 */
void catrl_cuda_attention(catrl_cuda* ctx, int real, void* o, float* lse, const void* q, const void* key_cache,
                          const void* value_cache, int rows, int sequences, int blocks_per_sequence,
                          const int32_t* positions, const int32_t* sequence_of, const int32_t* block_table, int heads,
                          int kv_heads, int head_size, double scale, int window);

/** dqkv[N, (H + 2K) D] = gradients of rope's q and k, and of v. The rows hold every position of their sequences. */
void catrl_cuda_attention_backward(catrl_cuda* ctx, int real, void* dqkv, const void* dout, const void* o,
                                   const float* lse, const void* q, const void* key_cache, const void* value_cache,
                                   int rows, int sequences, int blocks_per_sequence, const int32_t* positions,
                                   const int32_t* sequence_of, const int32_t* block_table, int heads, int kv_heads,
                                   int head_size, double scale, int window);

/* ---- feed-forward --------------------------------------------------------------------------------------------- */

/** y[n, f] = act(gate) * up of gate_up[n, 2f], gate first; activation CATRL_SILU or CATRL_GELU_TANH. */
void catrl_cuda_glu(catrl_cuda* ctx, int real, void* y, const void* gate_up, int n, int f, int activation);

/** dgate_up[n, 2f] = gradient of glu from dy[n, f]; dgate_up may be gate_up itself. */
void catrl_cuda_glu_backward(catrl_cuda* ctx, int real, void* dgate_up, const void* dy, const void* gate_up, int n,
                             int f, int activation);

/* ---- log-probabilities ---------------------------------------------------------------------------------------- */

/**
 * Merges logits[n, width] (ids first_id .. first_id + width, one vocabulary tile) into stats[n, 4];
 * z = logits * inverse_temperature; stats is overwritten when first_id is 0.
 */
void catrl_cuda_softmax_stats(catrl_cuda* ctx, float* stats, const float* logits, const int32_t* targets, int n,
                              int width, int first_id, double inverse_temperature);

/** logp, entropy, lse [n] from complete stats[n, 4]. */
void catrl_cuda_logprob(catrl_cuda* ctx, float* logp, float* entropy, float* lse, const float* stats, int n);

/**
 * dlogits[n, width] = dlogp * inverse_temperature * (1[id = target] - exp(z - lse)); dlogits may be logits where real
 * is F32.
 */
void catrl_cuda_logprob_backward(catrl_cuda* ctx, int real, void* dlogits, const float* logits,
                                 const int32_t* targets, const float* lse, const float* dlogp, int n, int width,
                                 int first_id, double inverse_temperature);

/* ---- sampling ------------------------------------------------------------------------------------------------- */

/**
 * ids[count], logp[count] from logits[count, vocab] (may be overwritten). settings[count, 5], counters[count, 4],
 * seed = the Philox key (low word first). The uniform is (x >> 8) * 2^-24 of the first output word. seen_from
 * [count + 1] and seen, or both NULL. A row that holds NaN, infinity or no finite logit is a fault; its id becomes 0.
 */
void catrl_cuda_sample(catrl_cuda* ctx, int32_t* ids, float* logp, float* logits, int count, int vocab,
                       const float* settings, const int32_t* counters, int64_t seed, const int32_t* seen_from,
                       const int32_t* seen);

/** The rows' books between two draws; see DecodeState. stop_from[rows + 1], stops. */
void catrl_cuda_advance(catrl_cuda* ctx, int rows, int capacity, int32_t* input_ids, int32_t* positions,
                        int32_t* counters, int32_t* left, int32_t* taken, int32_t* recorded_ids, float* recorded_logp,
                        const int32_t* stop_from, const int32_t* stops, const int32_t* ids, const float* logp);

/* ---- the update ----------------------------------------------------------------------------------------------- */

/**
 * dlogp, loss [n] =; sums[7] += in token order. ref_logp may be NULL when beta is 0; sequence_from[sequences + 1].
 * delta: infinity = no dual clip; kl: CATRL_K1, K2, K3.
 */
void catrl_cuda_grpo(catrl_cuda* ctx, float* dlogp, float* loss, double* sums, const float* logp, const float* old_logp,
                     const float* ref_logp, const float* advantage, const float* weight, const int32_t* sequence_from,
                     int n, int sequences, int cispo, int sequence_level, double clip_low, double clip_high,
                     double delta, double beta, int kl);

/** out[1] += the sum of x[length]. */
void catrl_cuda_sum(catrl_cuda* ctx, double* out, const float* x, int64_t length);

/** out[1] = sum of x[length]^2. */
void catrl_cuda_sum_squares(catrl_cuda* ctx, double* out, const float* x, int64_t length);

/** torch.optim.AdamW over flat [length] buffers; the first decayed_length elements are decayed; copy: bf16 or NULL. */
void catrl_cuda_adamw(catrl_cuda* ctx, float* weight, const float* gradient, float* first, float* second, void* copy,
                      int64_t length, double learning_rate, double beta1, double beta2, double epsilon,
                      double weight_decay, int64_t decayed_length, int step, double gradient_scale);

#ifdef __cplusplus
}
#endif
