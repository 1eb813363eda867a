/*
 * The C++ CPU kernels of catrl, behind a plain C border: the ops of org.catrl.compute.Backend in the same order, with
 * their arguments in the same order. Backend's Javadoc is the specification; this header adds what a pointer needs.
 *
 * Shape letters: N packed rows, S sequences, C width, H query heads, K key/value heads, D head size, F ffn width,
 * V vocabulary. Matrices are row-major, float unless typed otherwise; void* is of the type real, CATRL_CPU_F32 or
 * CATRL_CPU_BF16 (bfloat16, rounded to nearest even; all arithmetic is float). "=" overwrites, "+=" adds to what is
 * stored.
 * Buffers are distinct unless a function says otherwise. Nothing here checks a shape or a length: the caller does.
 *
 * Errors are C++ exceptions (the JNI glue turns them into RuntimeException with the same text):
 * std::invalid_argument for a bad value found in the data, std::bad_alloc when there is no memory.
 *
 * Rows, everywhere: rows = N; sequences = S, rows of the block table; blocks_per_sequence, its width;
 * positions[N], sequence_of[N]; block_table[S, blocks_per_sequence]. A cache block holds CATRL_CPU_BLOCK positions:
 *   key_cache   [block][K][D][16]   (transposed: 16 keys side by side, so q k^T of a block is D vector FMAs)
 *   value_cache [block][K][16][D]
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Token positions per cache block. */
#define CATRL_CPU_BLOCK 16
/** Ids per vocabulary tile: the softmax statistics of a row merge tile by tile. */
#define CATRL_CPU_VOCAB_TILE 8192
/** Floats per row of the softmax statistics: max, sum exp(z - max), z of the target, sum z exp(z - max). */
#define CATRL_CPU_STATS 4
/** Floats per row of sample's settings: temperature, top_k, top_p, min_p, repetition_penalty. */
#define CATRL_CPU_SETTINGS 5
/** Doubles of grpo's sums: loss, tokens, clipped low, clipped high, KL, mult prob error, ratio. */
#define CATRL_CPU_GRPO_SUMS 7

enum { CATRL_CPU_F32 = 0, CATRL_CPU_F64 = 1, CATRL_CPU_I32 = 2, CATRL_CPU_BF16 = 3 };
enum { CATRL_CPU_SILU = 0, CATRL_CPU_GELU_TANH = 1 };
enum { CATRL_CPU_K1 = 0, CATRL_CPU_K2 = 1, CATRL_CPU_K3 = 2 };

/** Worker threads, their scratch memory and the instruction set of one backend. Calls on one context do not overlap. */
typedef struct catrl_cpu catrl_cpu;

/** Name of the best instruction set of this machine that the library has kernels for: base, avx2, avx512
 * or avx512bf16. */
const char* catrl_cpu_best_isa(void);

/**
 * @param isa      base, avx2, avx512 or avx512bf16; NULL = catrl_cpu_best_isa()
 * @param threads  at least 1, the calling thread included
 */
catrl_cpu* catrl_cpu_open(const char* isa, int threads);

/** Ends the threads and frees the scratch; NULL is ignored. */
void catrl_cpu_close(catrl_cpu* ctx);

/** Zero-filled, 64-byte aligned; NULL when there is no memory. Freed by catrl_cpu_free only. */
void* catrl_cpu_allocate(int64_t bytes);

void catrl_cpu_free(void* memory);

/* ---- elementwise -------------------------------------------------------------------------------------------- */

/** x[length] = value, of any type. */
void catrl_cpu_fill(catrl_cpu* ctx, void* x, int type, int64_t length, double value);

/** to[length] = from, of any types: equal ones, or F32 and BF16. */
void catrl_cpu_copy(catrl_cpu* ctx, void* to, int to_type, const void* from, int from_type, int64_t length);

/** to[i, column + j] = from[i, j]: from[m, width], to[m, to_width]. */
void catrl_cpu_insert_columns(catrl_cpu* ctx, float* to, const float* from, int m, int width, int column,
                              int to_width);

/** y[length] += x. */
void catrl_cpu_add(catrl_cpu* ctx, int real, void* y, const void* x, int64_t length);

/** y[length] *= x. */
void catrl_cpu_multiply(catrl_cpu* ctx, float* y, const float* x, int64_t length);

/** x[length] *= factor, rounded to float. */
void catrl_cpu_scale(catrl_cpu* ctx, int real, void* x, int64_t length, double factor);

/* ---- rows ---------------------------------------------------------------------------------------------------- */

/** y[n, c] = table[ids[i]]. Throws invalid_argument, before anything is written, when an id is outside [0, v). */
void catrl_cpu_embed(catrl_cpu* ctx, int real, void* y, const void* table, const int32_t* ids, int n, int c, int v);

/** dtable[ids[i]] += dy[i] in row order; dtable is of table_type, F32 or real. Throws as embed does. */
void catrl_cpu_embed_backward(catrl_cpu* ctx, int real, void* dtable, int table_type, const void* dy,
                              const int32_t* ids, int n, int c, int v);

/** y[n, c] = x * rstd * (offset + weight); rstd[n] = 1 / sqrt(mean(x^2) + epsilon), or NULL. */
void catrl_cpu_rmsnorm(catrl_cpu* ctx, int real, void* y, float* rstd, const void* x, const void* weight, int n,
                       int c, double epsilon, double offset);

/** dx[n, c] +=, dweight[c] += in row order (NULL: not wanted). */
void catrl_cpu_rmsnorm_backward(catrl_cpu* ctx, int real, void* dx, float* dweight, const void* dy, const void* x,
                                const void* weight, const float* rstd, int n, int c, double offset);

/* ---- linear -------------------------------------------------------------------------------------------------- */

/** Elements that pack writes for a weight[n, k]. */
int64_t catrl_cpu_packed_length(catrl_cpu* ctx, int n, int k);

/** packed = the kernels' own form of weight[n, k]. */
void catrl_cpu_pack(catrl_cpu* ctx, int real, void* packed, const void* weight, int n, int k);

/** y[m, n] = addend + bias + x[m, k] W^T, k in order; y and addend are of y_type, F32 or real. bias[n] and
 * addend[m, n] may be NULL, addend may be y. */
void catrl_cpu_linear(catrl_cpu* ctx, int real, void* y, int y_type, const void* x, const void* packed,
                      const void* bias, const void* addend, int m, int n, int k);

/** dx[m, k] = (accumulate: +=) dy[m, n] weight[n, k], n in order. */
void catrl_cpu_linear_backward_input(catrl_cpu* ctx, int real, void* dx, const void* dy, const void* weight, int m,
                                     int n, int k, int accumulate);

/** dweight[n, k] += dy^T x, dbias[n] += column sums of dy (or NULL), both in row order. */
void catrl_cpu_linear_backward_weight(catrl_cpu* ctx, int real, float* dweight, float* dbias, const void* dy,
                                      const void* x, int m, int n, int k);

/* ---- attention ----------------------------------------------------------------------------------------------- */

/**
 * q[N, H D] = rope(norm(q)); rope(norm(k)) and v go to the rows' cache slots.
 * rotary[positions, D]: D/2 cosines, then D/2 sines; query_norm, key_norm [D] or both NULL.
 */
void catrl_cpu_rope(catrl_cpu* ctx, int real, void* q, void* key_cache, void* value_cache, const void* qkv,
                    int rows, int sequences, int blocks_per_sequence, const int32_t* positions,
                    const int32_t* sequence_of, const int32_t* block_table, int heads, int kv_heads, int head_size,
                    const float* rotary, const void* query_norm, const void* key_norm, double epsilon,
                    double offset);

/** In place, from the gradient of rope's outputs to that of qkv; dquery_norm, dkey_norm [D] += in row order. */
void catrl_cpu_rope_backward(catrl_cpu* ctx, int real, void* dqkv, const void* qkv, int rows, int sequences,
                             int blocks_per_sequence, const int32_t* positions, const int32_t* sequence_of,
                             const int32_t* block_table, int heads, int kv_heads, int head_size,
                             const float* rotary, const void* query_norm, const void* key_norm, float* dquery_norm,
                             float* dkey_norm, double epsilon, double offset);

/**
 * o[N, H D] = softmax(scale q k^T) v over the positions up to the row's own, the last window of them (0 = all);
 * lse[N, H] or NULL.
 */
void catrl_cpu_attention(catrl_cpu* ctx, int real, void* o, float* lse, const void* q, const void* key_cache,
                         const void* value_cache, int rows, int sequences, int blocks_per_sequence,
                         const int32_t* positions, const int32_t* sequence_of, const int32_t* block_table,
                         int heads, int kv_heads, int head_size, double scale, int window);

/** dqkv[N, (H + 2K) D] = gradients of rope's q and k, and of v. The rows hold every position of their sequences. */
void catrl_cpu_attention_backward(catrl_cpu* ctx, int real, void* dqkv, const void* dout, const void* o,
                                  const float* lse, const void* q, const void* key_cache, const void* value_cache,
                                  int rows, int sequences, int blocks_per_sequence, const int32_t* positions,
                                  const int32_t* sequence_of, const int32_t* block_table, int heads, int kv_heads,
                                  int head_size, double scale, int window);

/* ---- feed-forward -------------------------------------------------------------------------------------------- */

/** y[n, f] = act(gate) * up of gate_up[n, 2f], gate first; activation CATRL_CPU_SILU or CATRL_CPU_GELU_TANH. */
void catrl_cpu_glu(catrl_cpu* ctx, int real, void* y, const void* gate_up, int n, int f, int activation);

/** dgate_up[n, 2f] = gradient of glu from dy[n, f]; dgate_up may be gate_up itself. */
void catrl_cpu_glu_backward(catrl_cpu* ctx, int real, void* dgate_up, const void* dy, const void* gate_up, int n,
                            int f, int activation);

/* ---- log-probabilities --------------------------------------------------------------------------------------- */

/**
 * Merges logits[n, width] (ids first_id .. first_id + width, one vocabulary tile) into stats[n, 4];
 * z = logits * inverse_temperature; stats is overwritten when first_id is 0.
 */
void catrl_cpu_softmax_stats(catrl_cpu* ctx, float* stats, const float* logits, const int32_t* targets, int n,
                             int width, int first_id, double inverse_temperature);

/** logp, entropy, lse [n] from complete stats[n, 4]. */
void catrl_cpu_logprob(catrl_cpu* ctx, float* logp, float* entropy, float* lse, const float* stats, int n);

/** dlogits[n, width] = dlogp * inverse_temperature * (1[id = target] - exp(z - lse)); dlogits may be logits itself
 * where real is F32. */
void catrl_cpu_logprob_backward(catrl_cpu* ctx, int real, void* dlogits, const float* logits,
                                const int32_t* targets, const float* lse, const float* dlogp, int n, int width,
                                int first_id, double inverse_temperature);

/* ---- sampling ------------------------------------------------------------------------------------------------ */

/**
 * ids[count], logp[count] from logits[count, vocab] (may be overwritten). settings[count, 5], counters[count, 4],
 * seed = the Philox key (low word first). The uniform is (x >> 8) * 2^-24 of the first output word. seen_from
 * [count + 1] and seen, or both NULL. Throws invalid_argument when a row holds NaN or no finite logit, naming the row.
 */
void catrl_cpu_sample(catrl_cpu* ctx, int32_t* ids, float* logp, float* logits, int count, int vocab,
                      const float* settings, const int32_t* counters, int64_t seed, const int32_t* seen_from,
                      const int32_t* seen);

/**
 * Each row with left > 0: recorded_ids, recorded_logp [capacity, count] at taken = ids, logp [count]; taken += 1;
 * left -= 1, or = 0 when ids is one of stops[stop_from[row] .. stop_from[row + 1]); while left > 0 after that, input_ids
 * = ids, positions += 1, counters[count, 4] += 1 in their last element. Throws invalid_argument, before anything is
 * written, when such a row's taken is outside [0, capacity).
 */
void catrl_cpu_advance(catrl_cpu* ctx, int count, int capacity, int32_t* input_ids, int32_t* positions,
                       int32_t* counters, int32_t* left, int32_t* taken, int32_t* recorded_ids, float* recorded_logp,
                       const int32_t* stop_from, const int32_t* stops, const int32_t* ids, const float* logp);

/* ---- the update ---------------------------------------------------------------------------------------------- */

/**
 * dlogp, loss [n] =; sums[7] += in token order. ref_logp may be NULL when beta is 0; sequence_from[sequences + 1].
 * delta: infinity = no dual clip; kl: CATRL_CPU_K1, K2, K3.
 */
void catrl_cpu_grpo(catrl_cpu* ctx, float* dlogp, float* loss, double* sums, const float* logp, const float* old_logp,
                    const float* ref_logp, const float* advantage, const float* weight, const int32_t* sequence_from,
                    int n, int sequences, int cispo, int sequence_level, double clip_low, double clip_high,
                    double delta, double beta, int kl);

/** out[1] += the sum of x[length], in order. */
void catrl_cpu_sum(catrl_cpu* ctx, double* out, const float* x, int64_t length);

/** out[1] = sum of x[length]^2. */
void catrl_cpu_sum_squares(catrl_cpu* ctx, double* out, const float* x, int64_t length);

/** torch.optim.AdamW over flat [length] buffers, the first decayed_length elements decayed; copy, BF16 or NULL,
 * becomes the new weight, rounded. */
void catrl_cpu_adamw(catrl_cpu* ctx, float* weight, const float* gradient, float* first, float* second, void* copy,
                     int64_t length, double learning_rate, double beta1, double beta2, double epsilon,
                     double weight_decay, int64_t decayed_length, int step, double gradient_scale);

#ifdef __cplusplus
}
#endif
