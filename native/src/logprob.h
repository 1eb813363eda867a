/* softmax_stats, logprob, logprob_backward. */
#pragma once

#include "shared/softmax_merge.h"

namespace catrl {
namespace CATRL_ISA {

/** Merges one tile of a row's logits. The one text of it: sampler and trainer agree to the bit. */
CATRL_INLINE void mergeTile(catrl_softmax_stats& stats, const float* logits, int width, float inverse_temperature,
                            bool first) {
    const float infinity = __builtin_inff();
    Vec scale = broadcast(inverse_temperature);
    auto z = [&](int j) {  // the lanes beyond the row hold -infinity: probability 0
        if (j + LANES <= width) return load(logits + j) * scale;
        Vec inside = loadFirst(logits + j, width - j) * scale;
        return select(greater(broadcast(static_cast<float>(width - j)), lanes()), inside, broadcast(-infinity));
    };
    Vec lane_max = broadcast(-infinity);
    for (int j = 0; j < width; j += LANES) lane_max = max(z(j), lane_max);
    float oldMax = first ? -infinity : stats.max;
    float newMax = largest(lane_max);
    newMax = newMax > oldMax ? newMax : oldMax;
    Vec sums = zero();
    Vec weighted = zero();
    for (int j = 0; j < width; j += LANES) {
        Vec x = z(j);
        Vec e = exp(x - broadcast(newMax));
        sums = sums + e;
        weighted = fma(select(greater(e, zero()), x, zero()), e, weighted);
    }
    float rescale = first ? 0 : exp(oldMax - newMax);
    merge_tile_sums(stats, newMax, sum(sums), sum(weighted), rescale, first);
}

void softmax_stats(catrl_context* context, catrl_softmax_stats* stats, const float* logits,
                   const catrl_vocab_tile* tile) {
    float scale = static_cast<float>(tile->inverse_temperature);
    int width = static_cast<int>(tile->width);
    bool first = tile->first_id == 0;
    cpu(context)->parallel(tile->n, 4, [&](int64_t begin, int64_t end, int) {
        for (int64_t i = begin; i < end; i++) {
            if (first) stats[i].target = 0;
            mergeTile(stats[i], logits + i * width, width, scale, first);
            int64_t target = tile->targets[i] - tile->first_id;
            if (target >= 0 && target < width) stats[i].target = logits[i * width + target] * scale;
        }
    });
}

void logprob(catrl_context* context, float* logp, float* entropy, float* lse, const catrl_softmax_stats* stats, int n) {
    cpu(context)->parallel(n, 256, [&](int64_t begin, int64_t end, int) {
        for (int64_t i = begin; i < end; i++) {
            lse[i] = lse_of(stats[i]);
            logp[i] = stats[i].target - lse[i];
            entropy[i] = entropy_of(stats[i], lse[i]);
        }
    });
}

void logprob_backward(catrl_context* context, void* dlogits, const float* logits, const float* lse, const float* dlogp,
                      const catrl_vocab_tile* tile) {
    float scale = static_cast<float>(tile->inverse_temperature);
    int width = static_cast<int>(tile->width);
    withStorage(tile->storage, [&](auto type) {
        auto* gradient = static_cast<decltype(type)*>(dlogits);
        cpu(context)->parallel(tile->n, 4, [&](int64_t begin, int64_t end, int) {
            for (int64_t i = begin; i < end; i++) {
                const float* row = logits + i * width;
                auto* out = gradient + i * width;
                float factor = dlogp[i] * scale;
                int64_t target = tile->targets[i] - tile->first_id;
                bool here = target >= 0 && target < width;
                /* before it may be overwritten */
                float atTarget = here ? -factor * exp(row[target] * scale - lse[i]) : 0;
                Vec minus = broadcast(-factor);
                for (int j = 0; j < width; j += LANES) {
                    Vec p = exp(loadUpTo(row + j, width - j) * broadcast(scale) - broadcast(lse[i]));
                    storeUpTo(out + j, minus * p, width - j);
                }
                if (here) out[target] = atTarget + factor;
            }
        });
    });
}

}  // namespace CATRL_ISA
}  // namespace catrl
