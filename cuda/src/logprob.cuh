// The softmax statistics of a row, tile by tile: the one text of it, so that sampler and trainer agree to the bit.
#pragma once

#include "device.cuh"
#include "shared/softmax_merge.h"

namespace catrl {

/** Threads of the block that works on a row. */
constexpr int ROW_THREADS = 512;
constexpr int TILE_ITEMS = CATRL_VOCAB_TILE / ROW_THREADS;

/** z of a logit. Rounded: fused into a subtraction after it, z would depend on the kernel it is compiled into. */
__device__ __forceinline__ float scaled(float logit, float scale) { return rounded_product(logit, scale); }

/**
 * Merges one tile of a row's logits, by a whole block of ROW_THREADS; every thread holds the result. Returns the tile's
 * own sum exp(z - max), of the maximum so far.
 */
__device__ __forceinline__ float merge_tile(catrl_softmax_stats& stats, const float* logits, int width, float scale,
                                           bool first) {
    float z[TILE_ITEMS];
    float row_max = -INFINITY;
#pragma unroll
    for (int i = 0; i < TILE_ITEMS; i++) {
        const int id = i * ROW_THREADS + threadIdx.x;
        z[i] = id < width ? scaled(logits[id], scale) : -INFINITY;
        row_max = z[i] > row_max || z[i] != z[i] ? z[i] : row_max;  // NaN stays
    }
    row_max = block_reduce<ROW_THREADS>(row_max, Largest());
    const float old_max = first ? -INFINITY : stats.max;
    const float new_max = row_max > old_max ? row_max : old_max;
    float sum = 0, weighted = 0;
#pragma unroll
    for (int i = 0; i < TILE_ITEMS; i++) {
        const float e = expf(z[i] - new_max);
        sum += e;
        weighted = fmaf(e > 0 ? z[i] : 0, e, weighted);
    }
    sum = block_reduce<ROW_THREADS>(sum, Sum());
    weighted = block_reduce<ROW_THREADS>(weighted, Sum());
    const float rescale = first ? 0 : expf(old_max - new_max);
    merge_tile_sums(stats, new_max, sum, weighted, rescale, first);
    return sum;
}

}  // namespace catrl
