// softmax_stats, logprob, logprob_backward.
#include "logprob.cuh"

namespace catrl {
namespace {

constexpr int THREADS = 256;

/** A block for each row. */
__global__ void softmax_stats_kernel(SoftmaxStats* stats, const float* logits, const int32_t* targets, int width,
                                     int first_id, float scale) {
    const int row = blockIdx.x;
    const float* own = logits + int64_t{row} * width;
    SoftmaxStats merged = stats[row];
    if (first_id == 0) merged.target = 0;
    merge_tile(merged, own, width, scale, first_id == 0);
    const int64_t target = int64_t{targets[row]} - first_id;
    if (target >= 0 && target < width) merged.target = scaled(own[target], scale);
    if (threadIdx.x == 0) stats[row] = merged;
}

__global__ void logprob_kernel(float* logp, float* entropy, float* lse, const SoftmaxStats* stats, int n) {
    const int i = blockIdx.x * THREADS + threadIdx.x;
    if (i >= n) return;
    const SoftmaxStats row = stats[i];
    lse[i] = lse_of(row);
    logp[i] = row.target - lse[i];
    entropy[i] = lse[i] - row.weighted / row.sum;
}

/** A block for each row, and for each THREADS * 8 ids. */
template <class T>
__global__ void logprob_backward_kernel(T* dlogits, const float* logits, const int32_t* targets, const float* lse,
                                        const float* dlogp, int width, int first_id, float scale) {
    const int row = blockIdx.x;
    const float factor = dlogp[row] * scale, log_sum = lse[row];
    const int64_t target = int64_t{targets[row]} - first_id;
    const int64_t at = int64_t{row} * width;
    for (int j = blockIdx.y * THREADS + threadIdx.x; j < width; j += gridDim.y * THREADS) {
        const float p = expf(logits[at + j] * scale - log_sum);
        dlogits[at + j] = from_float<T>(j == target ? factor - factor * p : -factor * p);
    }
}

}  // namespace
}  // namespace catrl

using namespace catrl;

void catrl_cuda_softmax_stats(catrl_cuda* ctx, float* stats, const float* logits, const int32_t* targets, int n,
                              int width, int first_id, double inverse_temperature) {
    if (n == 0) return;
    CATRL_LAUNCH(ctx, n, ROW_THREADS, 0, (softmax_stats_kernel), reinterpret_cast<SoftmaxStats*>(stats), logits,
                 targets, width, first_id, static_cast<float>(inverse_temperature));
}

void catrl_cuda_logprob(catrl_cuda* ctx, float* logp, float* entropy, float* lse, const float* stats, int n) {
    if (n == 0) return;
    CATRL_LAUNCH(ctx, blocks_for(n, THREADS), THREADS, 0, (logprob_kernel), logp, entropy, lse,
                 reinterpret_cast<const SoftmaxStats*>(stats), n);
}

void catrl_cuda_logprob_backward(catrl_cuda* ctx, int real, void* dlogits, const float* logits,
                                 const int32_t* targets, const float* lse, const float* dlogp, int n, int width,
                                 int first_id, double inverse_temperature) {
    if (n == 0) return;
    const dim3 grid(n, blocks_for(width, 8 * THREADS));
    with_real(real, [&](auto type) {
        using T = typename decltype(type)::type;
        CATRL_LAUNCH(ctx, grid, THREADS, 0, (logprob_backward_kernel<T>), static_cast<T*>(dlogits), logits, targets,
                     lse, dlogp, width, first_id, static_cast<float>(inverse_temperature));
    });
}
