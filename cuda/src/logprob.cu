// softmax_stats, logprob, logprob_backward.
#include "logprob.cuh"

namespace catrl {
namespace {

constexpr int THREADS = 256;

/** A block for each row. */
__global__ void softmax_stats_kernel(catrl_softmax_stats* stats, const float* logits, const int32_t* targets, int width,
                                     int first_id, float scale) {
    const int row = blockIdx.x;
    const float* row_logits = logits + int64_t{row} * width;
    catrl_softmax_stats merged = stats[row];
    if (first_id == 0) merged.target = 0;
    merge_tile(merged, row_logits, width, scale, first_id == 0);
    const int64_t target = int64_t{targets[row]} - first_id;
    if (target >= 0 && target < width) merged.target = scaled(row_logits[target], scale);
    if (threadIdx.x == 0) stats[row] = merged;
}

__global__ void logprob_kernel(float* logp, float* entropy, float* lse, const catrl_softmax_stats* stats,
                               int n) {
    const int i = blockIdx.x * THREADS + threadIdx.x;
    if (i >= n) return;
    const catrl_softmax_stats row = stats[i];
    lse[i] = lse_of(row);
    logp[i] = row.target - lse[i];
    entropy[i] = entropy_of(row, lse[i]);
}

/** A block for each row, and for each THREADS * 8 ids. */
template <class T>
__global__ void logprob_backward_kernel(T* dlogits, const float* logits, const int32_t* targets, const float* lse,
                                        const float* dlogp, int width, int first_id, float scale) {
    const int row = blockIdx.x;
    const float factor = dlogp[row] * scale, log_sum = lse[row];
    const int64_t target = int64_t{targets[row]} - first_id;
    const int64_t first = int64_t{row} * width;
    for (int j = blockIdx.y * THREADS + threadIdx.x; j < width; j += gridDim.y * THREADS) {
        const float p = expf(logits[first + j] * scale - log_sum);
        dlogits[first + j] = from_float<T>(j == target ? factor - factor * p : -factor * p);
    }
}

}  // namespace

namespace ops {

void softmax_stats(catrl_context* context, catrl_softmax_stats* stats, const float* logits,
                   const catrl_vocab_tile* tile) {
    if (tile->n == 0) return;
    CATRL_LAUNCH(cuda(context), static_cast<unsigned>(tile->n), ROW_THREADS, 0, (softmax_stats_kernel), stats, logits,
                 tile->targets, static_cast<int>(tile->width), static_cast<int>(tile->first_id),
                 static_cast<float>(tile->inverse_temperature));
}

void logprob(catrl_context* context, float* logp, float* entropy, float* lse, const catrl_softmax_stats* stats, int n) {
    if (n == 0) return;
    CATRL_LAUNCH(cuda(context), blocks_for(n, THREADS), THREADS, 0, (logprob_kernel), logp, entropy, lse, stats, n);
}

void logprob_backward(catrl_context* context, void* dlogits, const float* logits, const float* lse, const float* dlogp,
                      const catrl_vocab_tile* tile) {
    if (tile->n == 0) return;
    const int width = static_cast<int>(tile->width);
    const dim3 grid(static_cast<unsigned>(tile->n), blocks_for(width, 8 * THREADS));
    with_storage(tile->storage, [&](auto type) {
        using T = typename decltype(type)::type;
        CATRL_LAUNCH(cuda(context), grid, THREADS, 0, (logprob_backward_kernel<T>), static_cast<T*>(dlogits), logits,
                     tile->targets, lse, dlogp, width, static_cast<int>(tile->first_id),
                     static_cast<float>(tile->inverse_temperature));
    });
}

}  // namespace ops
}  // namespace catrl
