// attention and its backward: which kernels serve a call.
#include "attention.cuh"

using namespace catrl;

void catrl_cuda_attention(catrl_cuda* ctx, int real, void* o, float* lse, const void* q, const void* key_cache,
                          const void* value_cache, int rows, int sequences, int blocks_per_sequence,
                          const int32_t* positions, const int32_t* sequence_of, const int32_t* block_table, int heads,
                          int kv_heads, int head_size, double scale, int window) {
    if (rows == 0) return;
    AttentionCall call{{positions, sequence_of, block_table, rows, sequences, blocks_per_sequence},
                       {heads, kv_heads, head_size}, static_cast<float>(scale), window};
    if (has_attention_mma(ctx, real, call.heads)) attention_mma(ctx, o, lse, q, key_cache, value_cache, call);
    else attention_plain(ctx, real, o, lse, q, key_cache, value_cache, call);
}

void catrl_cuda_attention_backward(catrl_cuda* ctx, int real, void* dqkv, const void* dout, const void* o,
                                   const float* lse, const void* q, const void* key_cache, const void* value_cache,
                                   int rows, int sequences, int blocks_per_sequence, const int32_t* positions,
                                   const int32_t* sequence_of, const int32_t* block_table, int heads, int kv_heads,
                                   int head_size, double scale, int window) {
    if (rows == 0) return;
    AttentionCall call{{positions, sequence_of, block_table, rows, sequences, blocks_per_sequence},
                       {heads, kv_heads, head_size}, static_cast<float>(scale), window};
    if (has_attention_mma(ctx, real, call.heads)) {
        attention_backward_mma(ctx, dqkv, dout, o, lse, q, key_cache, value_cache, call);
    } else {
        attention_backward_plain(ctx, real, dqkv, dout, o, lse, q, key_cache, value_cache, call);
    }
}
