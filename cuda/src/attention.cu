// attention and its backward: which kernels serve a call.
#include "attention.cuh"

namespace catrl {
namespace ops {

void attention(catrl_context* context, void* o, float* lse, const void* q, const catrl_attention* attention) {
    CudaContext* ctx = cuda(context);
    if (attention->rows.count == 0) return;
    const AttentionCall call(*attention);
    if (has_attention_mma(ctx, call)) attention_mma(ctx, o, lse, q, call);
    else attention_plain(ctx, o, lse, q, call);
}

void attention_backward(catrl_context* context, void* dqkv, const void* dout, const void* o, const float* lse,
                        const void* q, const catrl_attention* attention) {
    CudaContext* ctx = cuda(context);
    if (attention->rows.count == 0) return;
    const AttentionCall call(*attention);
    if (has_attention_mma(ctx, call)) attention_backward_mma(ctx, dqkv, dout, o, lse, q, call);
    else attention_backward_plain(ctx, dqkv, dout, o, lse, q, call);
}

}  // namespace ops
}  // namespace catrl
