/* rmsnorm and its backward. */
#pragma once

#include <cmath>

namespace catrl {
namespace CATRL_ISA {

/** Sum of a[j] b[j], lane by lane, then over the lanes. */
CATRL_INLINE float dot(const float* a, const float* b, int c) {
    Vec total = zero();
    int j = 0;
    for (; j + LANES <= c; j += LANES) total = fma(load(a + j), load(b + j), total);
    if (j < c) total = fma(loadFirst(a + j, c - j), loadFirst(b + j, c - j), total);
    return sum(total);
}

/** Sum of a[j] b[j] (offset + w[j]), likewise. */
CATRL_INLINE float dot(const float* a, const float* b, const float* w, float offset, int c) {
    Vec base = broadcast(offset);
    Vec total = zero();
    int j = 0;
    for (; j + LANES <= c; j += LANES) total = fma(load(a + j) * (base + load(w + j)), load(b + j), total);
    if (j < c) {
        Vec weight = base + loadFirst(w + j, c - j);
        total = fma(loadFirst(a + j, c - j) * weight, loadFirst(b + j, c - j), total);
    }
    return sum(total);
}

CATRL_INLINE float rstdOf(const float* x, int c, double epsilon) {
    return static_cast<float>(1 / std::sqrt(double{dot(x, x, c)} / c + epsilon));
}

CATRL_INLINE void normalise(float* y, const float* x, const float* weight, float offset, float rstd, int c) {
    for (int j = 0; j < c; j++) y[j] = x[j] * rstd * (offset + weight[j]);
}

void rmsnorm(catrl_cpu* ctx, float* y, float* rstd, const float* x, const float* weight, int n, int c,
             double epsilon, double offset) {
    float base = static_cast<float>(offset);
    ctx->parallel(n, 32, [&](int64_t begin, int64_t end, int) {
        for (int64_t i = begin; i < end; i++) {
            float scale = rstdOf(x + i * c, c, epsilon);
            normalise(y + i * c, x + i * c, weight, base, scale, c);
            if (rstd != nullptr) rstd[i] = scale;
        }
    });
}

void rmsnorm_backward(catrl_cpu* ctx, float* dx, float* dweight, const float* dy, const float* x, const float* weight,
                      const float* rstd, int n, int c, double offset) {
    float base = static_cast<float>(offset);
    ctx->parallel(n, 32, [&](int64_t begin, int64_t end, int) {
        for (int64_t i = begin; i < end; i++) {
            const float* xi = x + i * c;
            const float* dyi = dy + i * c;
            float* dxi = dx + i * c;
            float scale = rstd[i];
            float pull = scale * scale * dot(dyi, xi, weight, base, c) / c;
            for (int j = 0; j < c; j++) dxi[j] += scale * (dyi[j] * (base + weight[j]) - xi[j] * pull);
        }
    });
    if (dweight == nullptr) return;
    ctx->parallel(c, 64, [&](int64_t begin, int64_t end, int) {
        for (int64_t i = 0; i < n; i++) {
            float scale = rstd[i];
            const float* xi = x + i * c;
            const float* dyi = dy + i * c;
            for (int64_t j = begin; j < end; j++) dweight[j] += dyi[j] * xi[j] * scale;
        }
    });
}

}  // namespace CATRL_ISA
}  // namespace catrl
