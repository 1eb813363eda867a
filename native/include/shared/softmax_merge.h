/* How the softmax statistics of a row take in a vocabulary tile, and what comes of them: sampler and trainer agree. */
#pragma once

#include <cmath>

#include "catrl.h"
#include "shared/inline.h"

namespace catrl {

/** a * b, rounded before it meets a sum: fused, it would depend on the kernel it is compiled into. */
CATRL_COMMON float rounded_product(float a, float b) {
#ifdef __CUDA_ARCH__
    return __fmul_rn(a, b);
#else
    return a * b;
#endif
}

/**
 * Takes in a tile's sum of e^(z - max) and weighted sum of z e^(z - max), max being the largest z so far, the tile's
 * included. rescale = e^(max before - max); first: there was nothing before.
 */
CATRL_COMMON void merge_tile_sums(catrl_softmax_stats& stats, float max, float sum, float weighted, float rescale,
                                  bool first) {
    stats.sum = (first ? 0 : rounded_product(stats.sum, rescale)) + sum;
    stats.weighted = (first ? 0 : stats.weighted * rescale) + weighted;
    stats.max = max;
}

/** log sum e^z of a row with complete statistics. */
CATRL_COMMON float lse_of(const catrl_softmax_stats& stats) {
    return static_cast<float>(static_cast<double>(stats.max) + ::log(static_cast<double>(stats.sum)));
}

/** Entropy of a row with complete statistics, whose lse is given. */
CATRL_COMMON float entropy_of(const catrl_softmax_stats& stats, float lse) { return lse - stats.weighted / stats.sum; }

}  // namespace catrl
