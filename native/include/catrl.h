/*
 * The contract between Java and the kernels: the ops of org.catrl.compute.Backend in the same order, once. Every
 * instruction set of native/ and the CUDA library of cuda/ fill one table of them, catrl_ops. Backend's Javadoc is the
 * specification; this header adds what a pointer needs.
 *
 * Shape letters: N packed rows, S sequences, C width, H query heads, K key/value heads, D head size, F ffn width,
 * V vocabulary. Matrices are row-major. A void* is of a storage type, CATRL_F32 or CATRL_BF16 (bfloat16, rounded to
 * nearest even; all arithmetic is float), which the struct beside it names: storage, unless a comment says otherwise.
 * Everything else is typed. "=" overwrites, "+=" adds to what is stored; "or NULL" is said where a pointer may be NULL.
 * Pointers are the context's memory, aligned as allocate does where a row's bytes are a multiple of 16, and distinct
 * unless an op says otherwise. Nothing here checks a shape or a length: the caller does.
 *
 * Every field of an argument struct is 8 bytes wide, so that another language fills one field by field, in order.
 *
 * Errors are C++ exceptions, which the JNI glue turns into Java's with the same text. On a CPU they are thrown by the
 * op itself. On a device an op is queued and returns at once: what it finds wrong in the data (an id outside its table,
 * a row of NaN) is thrown by the next call that waits (download, synchronize) and leaves the context usable; a kernel
 * that fails is told there too, and after it the context refuses every call with the first message.
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
/** Floats per row of the softmax statistics: those of catrl_softmax_stats. */
#define CATRL_STATS 4
/** Floats per row of sample's settings: temperature, top_k, top_p, min_p, repetition_penalty. */
#define CATRL_SETTINGS 5
/** Most bytes that one transfer moves between host and context. */
#define CATRL_STAGE_BYTES (8 << 20)

/** Numbered as org.catrl.compute.DType's ordinals. */
enum { CATRL_F32 = 0, CATRL_F64 = 1, CATRL_I32 = 2, CATRL_BF16 = 3 };
/** Numbered as org.catrl.compute.GluActivation's ordinals. */
enum { CATRL_SILU = 0, CATRL_GELU_TANH = 1 };
/** Numbered as org.catrl.compute.KlEstimator's ordinals. */
enum { CATRL_K1 = 0, CATRL_K2 = 1, CATRL_K3 = 2 };

/* ---- arguments ------------------------------------------------------------------------------------------------ */

/** length elements, of any type. */
typedef struct catrl_array {
    void* data;
    int64_t type;
    int64_t length;
} catrl_array;

/** n rows picked from, or added to, a table of v rows of c elements; table_type is F32 or storage. */
typedef struct catrl_picks {
    int64_t storage, table_type;
    const int32_t* ids; /* [n] */
    int64_t n, c, v;
} catrl_picks;

/** rmsnorm of n rows of c elements; weight[c]. */
typedef struct catrl_norm {
    int64_t storage, n, c;
    const void* weight;
    double epsilon, offset;
} catrl_norm;

/** A product with a weight [n, k] over m rows. */
typedef struct catrl_product {
    int64_t storage, m, n, k;
} catrl_product;

/** y = addend + bias + x W^T. */
typedef struct catrl_linear {
    catrl_product shape;
    int64_t y_type;     /* F32 or storage: of y and addend */
    int64_t stride;     /* elements from one row of y, and of addend, to the next: at least n */
    const void* packed; /* of W [n, k], as pack made it; W itself where packed_length is 0 */
    const void* bias;   /* [n] or NULL */
    const void* addend; /* as y lies, or NULL; may be y */
} catrl_linear;

/** Packed rows: which token of which sequence each is, and which cache blocks hold the sequence. */
typedef struct catrl_rows {
    int64_t count, sequences, blocks_per_sequence;
    const int32_t *positions, *sequence_of; /* [count] */
    const int32_t* block_table;             /* [sequences, blocks_per_sequence] */
} catrl_rows;

typedef struct catrl_heads {
    int64_t query, key_value, size;
} catrl_heads;

/**
 * Keys and values in blocks of CATRL_BLOCK positions. Values lie as [block][K][CATRL_BLOCK][D]; keys likewise on a
 * device, and as [block][K][D][CATRL_BLOCK] on a CPU (16 keys side by side: q k^T of a block is D vector products).
 */
typedef struct catrl_cache {
    void *keys, *values;
} catrl_cache;

/** What attention works on. window: how many positions a row sees, its own included; 0 = all. */
typedef struct catrl_attention {
    int64_t storage;
    catrl_rows rows;
    catrl_heads heads;
    catrl_cache cache;
    double scale;
    int64_t window;
} catrl_attention;

/** What rope does to a head: norm, then rotation. */
typedef struct catrl_rotation {
    const float* rotary;                  /* [positions, D]: D/2 cosines, then D/2 sines */
    const void *query_norm, *key_norm;    /* [D], or both NULL */
    double epsilon, offset;
} catrl_rotation;

/** Gates and what they gate, [n, 2f], gate first. */
typedef struct catrl_gate {
    int64_t storage, n, f, activation;
} catrl_gate;

/** The logits of n rows over a vocabulary tile, ids first_id .. first_id + width; z = logits * inverse_temperature. */
typedef struct catrl_vocab_tile {
    int64_t storage, n, width, first_id;
    double inverse_temperature;
    const int32_t* targets; /* [n] */
} catrl_vocab_tile;

/** One row's running softmax statistics, as they lie in memory. */
typedef struct catrl_softmax_stats {
    float max, sum /* of exp(z - max) */, target /* its z */, weighted /* sum of z exp(z - max) */;
} catrl_softmax_stats;

typedef struct catrl_sampling {
    int64_t count, vocab;
    const float* settings;     /* [count, CATRL_SETTINGS] */
    const int32_t* counters;   /* [count, 4] */
    int64_t seed;              /* the Philox key, low word first */
    const int32_t* seen_from;  /* [count + 1], or NULL */
    const int32_t* seen;       /* or NULL likewise */
} catrl_sampling;

/** The books of decoding without the host; see org.catrl.compute.DecodeState. */
typedef struct catrl_decoding {
    int64_t count, capacity;
    int32_t *input_ids, *positions; /* [count] */
    int32_t* counters;              /* [count, 4] */
    int32_t *left, *taken;          /* [count] */
    int32_t* recorded_ids;          /* [capacity, count] */
    float* recorded_logp;           /* [capacity, count] */
    const int32_t *stop_from, *stops;
} catrl_decoding;

/** The completion tokens of a policy loss. */
typedef struct catrl_tokens {
    int64_t n, sequences;
    const float *logp, *old_logp;
    const float* ref_logp; /* or NULL when beta is 0 */
    const float *advantage, *weight;
    const int32_t* sequence_from; /* [sequences + 1] */
} catrl_tokens;

typedef struct catrl_grpo {
    int64_t cispo, sequence_level;
    double clip_low, clip_high;
    double delta; /* infinity = no dual clip */
    double beta;
    int64_t kl; /* CATRL_K1, K2, K3 */
} catrl_grpo;

/** In the order of org.catrl.compute.GrpoParameters.Sum. */
typedef struct catrl_grpo_sums {
    double loss, tokens, clipped_low, clipped_high, kl, mult_prob_error, ratio;
} catrl_grpo_sums;

/** What AdamW updates: [length] each; copy, BF16 or NULL, becomes the new weight, rounded. */
typedef struct catrl_trainable {
    float *weight, *first, *second;
    void* copy;
    int64_t length;
} catrl_trainable;

typedef struct catrl_adamw_step {
    double learning_rate, beta1, beta2, epsilon, weight_decay;
    int64_t decayed_length; /* how many leading elements are decayed */
    int64_t step;           /* from 1 */
    double gradient_scale;
} catrl_adamw_step;

/* ---- the tables ----------------------------------------------------------------------------------------------- */

struct catrl_ops;
struct catrl_device;

/** What a backend owns on the native side. Calls on one context do not overlap; nothing is global. */
typedef struct catrl_context {
    const struct catrl_ops* ops;
    const struct catrl_device* device; /* NULL on a CPU, where ops are done when they return */
} catrl_context;

typedef struct catrl_ops {
    /** Ends the context; memory of allocate stays. Never throws. */
    void (*close)(catrl_context* ctx);

    /* -- memory -- */

    /** Zero-filled memory, 64-byte aligned or better; NULL when there is not enough. */
    void* (*allocate)(catrl_context* ctx, int64_t bytes);

    /** Frees what allocate gave, when nothing queued can use it any more. */
    void (*release)(catrl_context* ctx, void* memory);

    /** Host memory to be written with what upload then moves: to itself on a CPU. At most CATRL_STAGE_BYTES. */
    void* (*stage)(catrl_context* ctx, void* to, int64_t bytes);

    /** Queues the copy of what was written to the memory that stage returned last. */
    void (*upload)(catrl_context* ctx, void* to, const void* staged, int64_t bytes);

    /** Waits for all that is queued; host memory with a copy of from, valid until the next call: from on a CPU. */
    const void* (*download)(catrl_context* ctx, const void* from, int64_t bytes);

    /* -- elementwise -- */

    /** x = value, of any type. */
    void (*fill)(catrl_context* ctx, const catrl_array* x, double value);

    /** to = from, as long; of equal types, or F32 and BF16. */
    void (*copy)(catrl_context* ctx, const catrl_array* to, const catrl_array* from);

    /** y += x, of one storage type and length. */
    void (*add)(catrl_context* ctx, const catrl_array* y, const catrl_array* x);

    /** y *= x, F32, element by element, of one length. */
    void (*multiply)(catrl_context* ctx, const catrl_array* y, const catrl_array* x);

    /** x *= factor, of a storage type, the factor rounded to float. */
    void (*scale)(catrl_context* ctx, const catrl_array* x, double factor);

    /* -- rows -- */

    /** y[n, c] = table[ids[i]]. An id outside [0, v) is an error; on a CPU before anything is written. */
    void (*embed)(catrl_context* ctx, void* y, const void* table, const catrl_picks* picks);

    /** dtable[ids[i]] += dy[i] in row order; dtable is of table_type. Errors as embed's. */
    void (*embed_backward)(catrl_context* ctx, void* dtable, const void* dy, const catrl_picks* picks);

    /** y[n, c] = x * rstd * (offset + weight), y may be x; rstd[n] = 1 / sqrt(mean(x^2) + epsilon), or NULL. */
    void (*rmsnorm)(catrl_context* ctx, void* y, float* rstd, const void* x, const catrl_norm* norm);

    /** dx[n, c] +=; dweight[c] +=, or NULL: in row order, on a device in chunks of rows, which meet in order. */
    void (*rmsnorm_backward)(catrl_context* ctx, void* dx, float* dweight, const void* dy, const void* x,
                             const float* rstd, const catrl_norm* norm);

    /* -- linear -- */

    /** Elements that pack writes for a weight[n, k]; 0 when linear takes the weight as it is. */
    int64_t (*packed_length)(catrl_context* ctx, int n, int k);

    /** packed = the kernels' own form of weight[n, k]. */
    void (*pack)(catrl_context* ctx, void* packed, const void* weight, const catrl_product* shape);

    /** y[m, n] = addend + bias + x[m, k] W^T, k in order; what lies between y's rows stays. A device loops plainly. */
    void (*linear)(catrl_context* ctx, void* y, const void* x, const catrl_linear* linear);

    /** dx[m, k] = (accumulate: +=) dy[m, n] weight[n, k], n in order. */
    void (*linear_backward_input)(catrl_context* ctx, void* dx, const void* dy, const void* weight,
                                  const catrl_product* shape, int accumulate);

    /** dweight[n, k] += dy^T x, dbias[n] += column sums of dy (or NULL), both in row order; on a device in chunks. */
    void (*linear_backward_weight)(catrl_context* ctx, float* dweight, float* dbias, const void* dy, const void* x,
                                   const catrl_product* shape);

    /* -- attention -- */

    /** q[N, H D] = rope(norm(q)) of qkv[N, (H + 2K) D]; rope(norm(k)) and v go to the rows' cache slots. */
    void (*rope)(catrl_context* ctx, void* q, const void* qkv, const catrl_attention* attention,
                 const catrl_rotation* rotation);

    /** In place, from the gradient of rope's outputs to that of qkv; dquery_norm, dkey_norm [D] +=, or both NULL. */
    void (*rope_backward)(catrl_context* ctx, void* dqkv, const void* qkv, float* dquery_norm, float* dkey_norm,
                          const catrl_attention* attention, const catrl_rotation* rotation);

    /** o[N, H D] = softmax(scale q k^T) v over the positions in sight up to the row's own; lse[N, H] or NULL. */
    void (*attention)(catrl_context* ctx, void* o, float* lse, const void* q, const catrl_attention* attention);

    /** dqkv[N, (H + 2K) D] = gradients of rope's q and k, and of v. The rows hold every position of their sequences. */
    void (*attention_backward)(catrl_context* ctx, void* dqkv, const void* dout, const void* o, const float* lse,
                               const void* q, const catrl_attention* attention);

    /* -- feed-forward -- */

    /** y[n, f] = act(gate) * up of gate_up[n, 2f]. */
    void (*glu)(catrl_context* ctx, void* y, const void* gate_up, const catrl_gate* gate);

    /** dgate_up[n, 2f] = gradient of glu from dy[n, f]; dgate_up may be gate_up itself. */
    void (*glu_backward)(catrl_context* ctx, void* dgate_up, const void* dy, const void* gate_up,
                         const catrl_gate* gate);

    /* -- log-probabilities -- */

    /** Merges logits[n, width] into stats[n], overwritten when first_id is 0. */
    void (*softmax_stats)(catrl_context* ctx, catrl_softmax_stats* stats, const float* logits,
                          const catrl_vocab_tile* tile);

    /** logp, entropy, lse [n] from complete stats[n]. */
    void (*logprob)(catrl_context* ctx, float* logp, float* entropy, float* lse, const catrl_softmax_stats* stats,
                    int n);

    /**
     * dlogits[n, width] = dlogp * inverse_temperature * (1[id = target] - exp(z - lse)); dlogits may be logits where
     * storage is F32.
     */
    void (*logprob_backward)(catrl_context* ctx, void* dlogits, const float* logits, const float* lse,
                             const float* dlogp, const catrl_vocab_tile* tile);

    /* -- sampling -- */

    /**
     * ids[count], logp[count] from logits[count, vocab] (may be overwritten). A row's uniform is (x >> 8) * 2^-24 of
     * the first Philox word. A row that holds NaN, infinity or no finite logit is an error that names it.
     */
    void (*sample)(catrl_context* ctx, int32_t* ids, float* logp, float* logits, const catrl_sampling* sampling);

    /**
     * Each row with left > 0: recorded_ids, recorded_logp at taken = ids, logp [count]; taken += 1; left -= 1, or = 0
     * when ids is one of stops[stop_from[row] .. stop_from[row + 1]); while left > 0 after that, input_ids = ids,
     * positions += 1, counters += 1 in their last element. A taken outside [0, capacity) is an error.
     */
    void (*advance)(catrl_context* ctx, const catrl_decoding* books, const int32_t* ids, const float* logp);

    /* -- the update -- */

    /** dlogp, loss [n] =; sums += in token order (on a device each sequence's, in their order). */
    void (*grpo)(catrl_context* ctx, float* dlogp, float* loss, catrl_grpo_sums* sums, const catrl_tokens* tokens,
                 const catrl_grpo* parameters);

    /** out[1] += the sum of x, F32, in order. */
    void (*sum)(catrl_context* ctx, double* out, const catrl_array* x);

    /** out[1] = sum of x^2, F32. */
    void (*sum_squares)(catrl_context* ctx, double* out, const catrl_array* x);

    /** torch.optim.AdamW over flat buffers; gradient[length]. */
    void (*adamw)(catrl_context* ctx, const catrl_trainable* trainable, const float* gradient,
                  const catrl_adamw_step* step);
} catrl_ops;

/** Every member of catrl_ops, for those who fill it. */
#define CATRL_OPS(OP)                                                                                           \
    OP(close) OP(allocate) OP(release) OP(stage) OP(upload) OP(download)                                        \
    OP(fill) OP(copy) OP(add) OP(multiply) OP(scale)                                                            \
    OP(embed) OP(embed_backward) OP(rmsnorm) OP(rmsnorm_backward)                                               \
    OP(packed_length) OP(pack) OP(linear) OP(linear_backward_input) OP(linear_backward_weight)                  \
    OP(rope) OP(rope_backward) OP(attention) OP(attention_backward) OP(glu) OP(glu_backward)                    \
    OP(softmax_stats) OP(logprob) OP(logprob_backward) OP(sample) OP(advance)                                   \
    OP(grpo) OP(sum) OP(sum_squares) OP(adamw)

/** Launches recorded once and replayed. */
typedef struct catrl_recording catrl_recording;

/** What only a device has, where ops are queued on a stream. */
typedef struct catrl_device {
    /** The context's cudaStream_t, for work queued by others between these ops. */
    void* (*stream)(catrl_context* ctx);

    /** Returns when everything queued is done; throws what went wrong in it. */
    void (*synchronize)(catrl_context* ctx);

    /** Whether what was thrown last was a bad argument (an id outside its table, a full record), not a bad state. */
    int (*blames_argument)(catrl_context* ctx);

    /** Free and total bytes of the device's memory. */
    int64_t (*free_bytes)(catrl_context* ctx);
    int64_t (*total_bytes)(catrl_context* ctx);

    /** What is queued from here on is recorded instead of run; until the end, allocating or waiting is an error. */
    void (*record)(catrl_context* ctx);
    catrl_recording* (*recorded)(catrl_context* ctx);
    /** Ends a recording that failed; what was recorded is dropped. */
    void (*abandon)(catrl_context* ctx);
    void (*replay)(catrl_context* ctx, catrl_recording* recording);
    void (*forget)(catrl_context* ctx, catrl_recording* recording);

    /** What surrounds products that others queue: y[m, n] += bias[n], y of linear's y_type. */
    void (*add_bias)(catrl_context* ctx, void* y, const catrl_linear* linear);

    /** dbias[n] += column sums of dy[m, n], in chunks of rows, which meet in order. */
    void (*bias_backward)(catrl_context* ctx, float* dbias, const void* dy, const catrl_product* shape);
} catrl_device;

#define CATRL_DEVICE(OP)                                                                                        \
    OP(stream) OP(synchronize) OP(blames_argument) OP(free_bytes) OP(total_bytes)                               \
    OP(record) OP(recorded) OP(abandon) OP(replay) OP(forget) OP(add_bias) OP(bias_backward)

/* ---- opening a context ---------------------------------------------------------------------------------------- */

/**
 * Name of the best instruction set of this machine that the library has kernels for: base, avx2, avx512 or avx512bf16.
 */
const char* catrl_cpu_best_isa(void);

/**
 * Worker threads, their scratch memory and the kernels of an instruction set.
 *
 * @param isa      base, avx2, avx512 or avx512bf16; NULL = catrl_cpu_best_isa()
 * @param threads  at least 1, the calling thread included
 */
catrl_context* catrl_cpu_open(const char* isa, int threads);

/** A library of CUDA kernels: the one symbol that it exports, catrl_cuda_library. */
typedef struct catrl_cuda {
    /** Number of devices, or minus the cudaError when they cannot be counted (no driver: -35). */
    int (*device_count)(void);

    /** Newest CUDA version the installed driver supports, 1000 * major + 10 * minor; 0 without a driver. */
    int (*driver_version)(void);

    /** CUDA version the kernels were built with, in the same form. */
    int (*runtime_version)(void);

    /** What an error code means; the sign is ignored. */
    const char* (*error)(int code);

    /** Name of a device, "" when there is no such device. The text lives as long as the calling thread. */
    const char* (*device_name)(int device);

    /** Compute capability of a device, 10 * major + minor; 0 when there is no such device. */
    int (*device_capability)(int device);

    /**
     * A device's stream, its pinned staging memory and scratch.
     *
     * @param exact every row's bits are independent of its batch, and decoding's equal training's (one attention path)
     * @param check waits after every launch and names the kernel that failed: for hunting errors, slow
     */
    catrl_context* (*open)(int device, int exact, int check);
} catrl_cuda;

extern const catrl_cuda catrl_cuda_library;

#ifdef __cplusplus
}
#endif
