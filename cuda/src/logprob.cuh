// The softmax statistics of a row, tile by tile: the one text of it, so that sampler and trainer agree to the bit.
#pragma once

#include "device.cuh"

namespace catrl {

/** Threads of the block that works on a row. */
constexpr int ROW_THREADS = 512;
constexpr int TILE_ITEMS = CATRL_VOCAB_TILE / ROW_THREADS;

/** As they lie in memory. */
struct SoftmaxStats {
    float max, sum, target, weighted;
};

/** z of a logit. Rounded: fused into a subtraction after it, z would depend on the kernel it is compiled into. */
__device__ __forceinline__ float scaled(float logit, float scale) { return __fmul_rn(logit, scale); }

/**
 * Merges one tile of a row's logits, by a whole block of ROW_THREADS; every thread holds the result. Returns the tile's
 * own sum exp(z - max), of the maximum so far.
 */
__device__ __forceinline__ float merge_tile(SoftmaxStats& stats, const float* logits, int width, float scale,
                                           bool first) {
    float z[TILE_ITEMS];
    float top = -INFINITY;
#pragma unroll
    for (int i = 0; i < TILE_ITEMS; i++) {
        const int id = i * ROW_THREADS + threadIdx.x;
        z[i] = id < width ? scaled(logits[id], scale) : -INFINITY;
        top = z[i] > top || z[i] != z[i] ? z[i] : top;  // NaN stays
    }
    top = block_reduce<ROW_THREADS>(top, Largest());
    const float old_max = first ? -INFINITY : stats.max;
    const float new_max = top > old_max ? top : old_max;
    float sum = 0, weighted = 0;
#pragma unroll
    for (int i = 0; i < TILE_ITEMS; i++) {
        const float e = expf(z[i] - new_max);
        sum += e;
        weighted = fmaf(e > 0 ? z[i] : 0, e, weighted);
    }
    sum = block_reduce<ROW_THREADS>(sum, Sum());
    weighted = block_reduce<ROW_THREADS>(weighted, Sum());
    const float shrink = first ? 0 : expf(old_max - new_max);
    stats.sum = (first ? 0 : __fmul_rn(stats.sum, shrink)) + sum;
    stats.weighted = (first ? 0 : stats.weighted * shrink) + weighted;
    stats.max = new_max;
    return sum;
}

/** log sum exp of a row with complete statistics. */
__device__ __forceinline__ float lse_of(const SoftmaxStats& stats) {
    return static_cast<float>(static_cast<double>(stats.max) + log(static_cast<double>(stats.sum)));
}

}  // namespace catrl
