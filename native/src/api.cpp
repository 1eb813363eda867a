#include "context.h"

#include <cstring>
#include <stdexcept>
#include <string>

using catrl::Kernels;

namespace {

const Kernels& kernelsOf(const char* isa) {
    if (std::strcmp(isa, "base") == 0) return catrl::kernels_base;
#if defined(__x86_64__)
    std::string best = catrl_cpu_best_isa();
    if (std::strcmp(isa, "avx2") == 0 && best != "base") return catrl::kernels_avx2;
    if (std::strcmp(isa, "avx512") == 0 && best.substr(0, 6) == "avx512") return catrl::kernels_avx512;
    if (std::strcmp(isa, "avx512bf16") == 0 && best == "avx512bf16") return catrl::kernels_avx512bf16;
#endif
    throw std::invalid_argument(std::string("instruction set \"") + isa + "\": this machine runs "
                                + catrl_cpu_best_isa() + " and what is below it (base, avx2, avx512, avx512bf16)");
}

}  // namespace

extern "C" {

const char* catrl_cpu_best_isa(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")
        && __builtin_cpu_supports("avx512dq")) {
        return __builtin_cpu_supports("avx512bf16") ? "avx512bf16" : "avx512";
    }
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return "avx2";
#endif
    return "base";
}

catrl_cpu* catrl_cpu_open(const char* isa, int threads) {
    if (threads < 1) throw std::invalid_argument("threads is " + std::to_string(threads) + "; at least 1 is needed");
    return new catrl_cpu(kernelsOf(isa == nullptr ? catrl_cpu_best_isa() : isa), threads);
}

void catrl_cpu_close(catrl_cpu* ctx) { delete ctx; }

void* catrl_cpu_allocate(int64_t bytes) {
    if (bytes < 0) return nullptr;
    size_t rounded = (static_cast<size_t>(bytes) + 63) / 64 * 64;
    void* memory = std::aligned_alloc(64, rounded == 0 ? 64 : rounded);
    if (memory != nullptr) std::memset(memory, 0, rounded);
    return memory;
}

void catrl_cpu_free(void* memory) { std::free(memory); }

void catrl_cpu_fill(catrl_cpu* ctx, void* x, int type, int64_t length, double value) {
    ctx->kernels.fill(ctx, x, type, length, value);
}

void catrl_cpu_copy(catrl_cpu* ctx, void* to, int to_type, const void* from, int from_type, int64_t length) {
    ctx->kernels.copy(ctx, to, to_type, from, from_type, length);
}

void catrl_cpu_insert_columns(catrl_cpu* ctx, float* to, const float* from, int m, int width, int column,
                              int to_width) {
    ctx->kernels.insert_columns(ctx, to, from, m, width, column, to_width);
}

void catrl_cpu_add(catrl_cpu* ctx, int real, void* y, const void* x, int64_t length) {
    ctx->kernels.add(ctx, real, y, x, length);
}

void catrl_cpu_multiply(catrl_cpu* ctx, float* y, const float* x, int64_t length) {
    ctx->kernels.multiply(ctx, y, x, length);
}

void catrl_cpu_scale(catrl_cpu* ctx, int real, void* x, int64_t length, double factor) {
    ctx->kernels.scale(ctx, real, x, length, factor);
}

void catrl_cpu_embed(catrl_cpu* ctx, int real, void* y, const void* table, const int32_t* ids, int n, int c,
                     int v) {
    ctx->kernels.embed(ctx, real, y, table, ids, n, c, v);
}

void catrl_cpu_embed_backward(catrl_cpu* ctx, int real, void* dtable, int table_type, const void* dy,
                              const int32_t* ids, int n, int c, int v) {
    ctx->kernels.embed_backward(ctx, real, dtable, table_type, dy, ids, n, c, v);
}

void catrl_cpu_rmsnorm(catrl_cpu* ctx, int real, void* y, float* rstd, const void* x, const void* weight, int n,
                       int c, double epsilon, double offset) {
    ctx->kernels.rmsnorm(ctx, real, y, rstd, x, weight, n, c, epsilon, offset);
}

void catrl_cpu_rmsnorm_backward(catrl_cpu* ctx, int real, void* dx, float* dweight, const void* dy, const void* x,
                                const void* weight, const float* rstd, int n, int c, double offset) {
    ctx->kernels.rmsnorm_backward(ctx, real, dx, dweight, dy, x, weight, rstd, n, c, offset);
}

int64_t catrl_cpu_packed_length(catrl_cpu* ctx, int n, int k) {
    return ctx->kernels.packed_length(ctx, n, k);
}

void catrl_cpu_pack(catrl_cpu* ctx, int real, void* packed, const void* weight, int n, int k) {
    ctx->kernels.pack(ctx, real, packed, weight, n, k);
}

void catrl_cpu_linear(catrl_cpu* ctx, int real, void* y, int y_type, const void* x, const void* packed,
                      const void* bias, const void* addend, int m, int n, int k) {
    ctx->kernels.linear(ctx, real, y, y_type, x, packed, bias, addend, m, n, k);
}

void catrl_cpu_linear_backward_input(catrl_cpu* ctx, int real, void* dx, const void* dy, const void* weight, int m,
                                     int n, int k, int accumulate) {
    ctx->kernels.linear_backward_input(ctx, real, dx, dy, weight, m, n, k, accumulate);
}

void catrl_cpu_linear_backward_weight(catrl_cpu* ctx, int real, float* dweight, float* dbias, const void* dy,
                                      const void* x, int m, int n, int k) {
    ctx->kernels.linear_backward_weight(ctx, real, dweight, dbias, dy, x, m, n, k);
}

void catrl_cpu_rope(catrl_cpu* ctx, int real, void* q, void* key_cache, void* value_cache, const void* qkv,
                    int rows, int sequences, int blocks_per_sequence, const int32_t* positions,
                    const int32_t* sequence_of, const int32_t* block_table, int heads, int kv_heads, int head_size,
                    const float* rotary, const void* query_norm, const void* key_norm, double epsilon,
                    double offset) {
    ctx->kernels.rope(ctx, real, q, key_cache, value_cache, qkv, rows, sequences, blocks_per_sequence, positions,
                      sequence_of, block_table, heads, kv_heads, head_size, rotary, query_norm, key_norm, epsilon,
                      offset);
}

void catrl_cpu_rope_backward(catrl_cpu* ctx, int real, void* dqkv, const void* qkv, int rows, int sequences,
                             int blocks_per_sequence, const int32_t* positions, const int32_t* sequence_of,
                             const int32_t* block_table, int heads, int kv_heads, int head_size,
                             const float* rotary, const void* query_norm, const void* key_norm, float* dquery_norm,
                             float* dkey_norm, double epsilon, double offset) {
    ctx->kernels.rope_backward(ctx, real, dqkv, qkv, rows, sequences, blocks_per_sequence, positions, sequence_of,
                               block_table, heads, kv_heads, head_size, rotary, query_norm, key_norm, dquery_norm,
                               dkey_norm, epsilon, offset);
}

void catrl_cpu_attention(catrl_cpu* ctx, int real, void* o, float* lse, const void* q, const void* key_cache,
                         const void* value_cache, int rows, int sequences, int blocks_per_sequence,
                         const int32_t* positions, const int32_t* sequence_of, const int32_t* block_table,
                         int heads, int kv_heads, int head_size, double scale, int window) {
    ctx->kernels.attention(ctx, real, o, lse, q, key_cache, value_cache, rows, sequences, blocks_per_sequence,
                           positions, sequence_of, block_table, heads, kv_heads, head_size, scale, window);
}

void catrl_cpu_attention_backward(catrl_cpu* ctx, int real, void* dqkv, const void* dout, const void* o,
                                  const float* lse, const void* q, const void* key_cache, const void* value_cache,
                                  int rows, int sequences, int blocks_per_sequence, const int32_t* positions,
                                  const int32_t* sequence_of, const int32_t* block_table, int heads, int kv_heads,
                                  int head_size, double scale, int window) {
    ctx->kernels.attention_backward(ctx, real, dqkv, dout, o, lse, q, key_cache, value_cache, rows, sequences,
                                    blocks_per_sequence, positions, sequence_of, block_table, heads, kv_heads,
                                    head_size, scale, window);
}

void catrl_cpu_glu(catrl_cpu* ctx, int real, void* y, const void* gate_up, int n, int f, int activation) {
    ctx->kernels.glu(ctx, real, y, gate_up, n, f, activation);
}

void catrl_cpu_glu_backward(catrl_cpu* ctx, int real, void* dgate_up, const void* dy, const void* gate_up, int n,
                            int f, int activation) {
    ctx->kernels.glu_backward(ctx, real, dgate_up, dy, gate_up, n, f, activation);
}

void catrl_cpu_softmax_stats(catrl_cpu* ctx, float* stats, const float* logits, const int32_t* targets, int n,
                             int width, int first_id, double inverse_temperature) {
    ctx->kernels.softmax_stats(ctx, stats, logits, targets, n, width, first_id, inverse_temperature);
}

void catrl_cpu_logprob(catrl_cpu* ctx, float* logp, float* entropy, float* lse, const float* stats, int n) {
    ctx->kernels.logprob(ctx, logp, entropy, lse, stats, n);
}

void catrl_cpu_logprob_backward(catrl_cpu* ctx, int real, void* dlogits, const float* logits,
                                const int32_t* targets, const float* lse, const float* dlogp, int n, int width,
                                int first_id, double inverse_temperature) {
    ctx->kernels.logprob_backward(ctx, real, dlogits, logits, targets, lse, dlogp, n, width, first_id,
                                  inverse_temperature);
}

void catrl_cpu_sample(catrl_cpu* ctx, int32_t* ids, float* logp, float* logits, int count, int vocab,
                      const float* settings, const int32_t* counters, int64_t seed, const int32_t* seen_from,
                      const int32_t* seen) {
    ctx->kernels.sample(ctx, ids, logp, logits, count, vocab, settings, counters, seed, seen_from, seen);
}

void catrl_cpu_advance(catrl_cpu* ctx, int count, int capacity, int32_t* input_ids, int32_t* positions,
                       int32_t* counters, int32_t* left, int32_t* taken, int32_t* recorded_ids, float* recorded_logp,
                       const int32_t* stop_from, const int32_t* stops, const int32_t* ids, const float* logp) {
    ctx->kernels.advance(ctx, count, capacity, input_ids, positions, counters, left, taken, recorded_ids,
                         recorded_logp, stop_from, stops, ids, logp);
}

void catrl_cpu_grpo(catrl_cpu* ctx, float* dlogp, float* loss, double* sums, const float* logp, const float* old_logp,
                    const float* ref_logp, const float* advantage, const float* weight, const int32_t* sequence_from,
                    int n, int sequences, int cispo, int sequence_level, double clip_low, double clip_high,
                    double delta, double beta, int kl) {
    ctx->kernels.grpo(ctx, dlogp, loss, sums, logp, old_logp, ref_logp, advantage, weight, sequence_from, n,
                      sequences, cispo, sequence_level, clip_low, clip_high, delta, beta, kl);
}

void catrl_cpu_sum(catrl_cpu* ctx, double* out, const float* x, int64_t length) {
    ctx->kernels.sum(ctx, out, x, length);
}

void catrl_cpu_sum_squares(catrl_cpu* ctx, double* out, const float* x, int64_t length) {
    ctx->kernels.sum_squares(ctx, out, x, length);
}

void catrl_cpu_adamw(catrl_cpu* ctx, float* weight, const float* gradient, float* first, float* second, void* copy,
                     int64_t length, double learning_rate, double beta1, double beta2, double epsilon,
                     double weight_decay, int64_t decayed_length, int step, double gradient_scale) {
    ctx->kernels.adamw(ctx, weight, gradient, first, second, copy, length, learning_rate, beta1, beta2, epsilon,
                       weight_decay, decayed_length, step, gradient_scale);
}

}  // extern "C"
