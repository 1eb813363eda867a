/* softmax_stats, logprob, logprob_backward. */
#pragma once

#include <cmath>

namespace catrl {
namespace CATRL_ISA {

/** The running softmax statistics of one row, as they lie in memory. */
struct Stats {
    float max, sum, target, weighted;
};

/** Merges one tile of a row's logits. The one text of it: sampler and trainer agree to the bit. */
CATRL_INLINE void mergeTile(Stats& stats, const float* logits, int width, float inverse_temperature, bool first) {
    const float infinity = __builtin_inff();
    Vec scale = broadcast(inverse_temperature);
    auto z = [&](int j) {  // the lanes beyond the row hold -infinity: probability 0
        if (j + LANES <= width) return load(logits + j) * scale;
        Vec inside = loadFirst(logits + j, width - j) * scale;
        return select(greater(broadcast(static_cast<float>(width - j)), lanes()), inside, broadcast(-infinity));
    };
    Vec top = broadcast(-infinity);
    for (int j = 0; j < width; j += LANES) top = max(z(j), top);
    float oldMax = first ? -infinity : stats.max;
    float newMax = largest(top);
    newMax = newMax > oldMax ? newMax : oldMax;
    Vec sums = zero();
    Vec weighted = zero();
    for (int j = 0; j < width; j += LANES) {
        Vec x = z(j);
        Vec e = exp(x - broadcast(newMax));
        sums = sums + e;
        weighted = fma(select(greater(e, zero()), x, zero()), e, weighted);
    }
    float shrink = first ? 0 : exp(oldMax - newMax);
    stats.sum = (first ? 0 : stats.sum * shrink) + sum(sums);
    stats.weighted = (first ? 0 : stats.weighted * shrink) + sum(weighted);
    stats.max = newMax;
}

CATRL_INLINE float lseOf(const Stats& stats) {
    return static_cast<float>(double{stats.max} + std::log(double{stats.sum}));
}

void softmax_stats(catrl_cpu* ctx, float* stats, const float* logits, const int32_t* targets, int n, int width,
                   int first_id, double inverse_temperature) {
    float scale = static_cast<float>(inverse_temperature);
    ctx->parallel(n, 4, [&](int64_t begin, int64_t end, int) {
        for (int64_t i = begin; i < end; i++) {
            Stats& row = reinterpret_cast<Stats*>(stats)[i];
            if (first_id == 0) row.target = 0;
            mergeTile(row, logits + i * width, width, scale, first_id == 0);
            int64_t target = int64_t{targets[i]} - first_id;
            if (target >= 0 && target < width) row.target = logits[i * width + target] * scale;
        }
    });
}

void logprob(catrl_cpu* ctx, float* logp, float* entropy, float* lse, const float* stats, int n) {
    ctx->parallel(n, 256, [&](int64_t begin, int64_t end, int) {
        for (int64_t i = begin; i < end; i++) {
            const Stats& row = reinterpret_cast<const Stats*>(stats)[i];
            lse[i] = lseOf(row);
            logp[i] = row.target - lse[i];
            entropy[i] = lse[i] - row.weighted / row.sum;
        }
    });
}

void logprob_backward(catrl_cpu* ctx, int real, void* dlogits, const float* logits, const int32_t* targets,
                      const float* lse, const float* dlogp, int n, int width, int first_id,
                      double inverse_temperature) {
    float scale = static_cast<float>(inverse_temperature);
    withReal(real, [&](auto type) {
        auto* gradient = static_cast<decltype(type)*>(dlogits);
        ctx->parallel(n, 4, [&](int64_t begin, int64_t end, int) {
            for (int64_t i = begin; i < end; i++) {
                const float* row = logits + i * width;
                auto* out = gradient + i * width;
                float factor = dlogp[i] * scale;
                int64_t target = int64_t{targets[i]} - first_id;
                bool here = target >= 0 && target < width;
                float own = here ? -factor * exp(row[target] * scale - lse[i]) : 0;  // before it may be overwritten
                Vec minus = broadcast(-factor);
                for (int j = 0; j < width; j += LANES) {
                    Vec p = exp(loadUpTo(row + j, width - j) * broadcast(scale) - broadcast(lse[i]));
                    storeUpTo(out + j, minus * p, width - j);
                }
                if (here) out[target] = own + factor;
            }
        });
    });
}

}  // namespace CATRL_ISA
}  // namespace catrl
