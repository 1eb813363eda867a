/* rmsnorm and its backward. */
#pragma once

#include <cmath>

namespace catrl {
namespace CATRL_ISA {

/** Sum of a[j] b[j], lane by lane, then over the lanes. */
template <class A, class B> CATRL_INLINE float dot(const A* a, const B* b, int c) {
    Vec total = zero();
    int j = 0;
    for (; j + LANES <= c; j += LANES) total = fma(load(a + j), load(b + j), total);
    if (j < c) total = fma(loadFirst(a + j, c - j), loadFirst(b + j, c - j), total);
    return sum(total);
}

/** Sum of a[j] b[j] (offset + w[j]), lane by lane, then over the lanes. */
template <class A, class B, class W>
CATRL_INLINE float dot(const A* a, const B* b, const W* w, float offset, int c) {
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

template <class T> CATRL_INLINE float rstdOf(const T* x, int c, double epsilon) {
    return static_cast<float>(1 / std::sqrt(double{dot(x, x, c)} / c + epsilon));
}

template <class Y, class T>
CATRL_INLINE void normalise(Y* y, const T* x, const T* weight, float offset, float rstd, int c) {
    for (int j = 0; j < c; j++) y[j] = x[j] * rstd * (offset + weight[j]);
}

template <class T>
static void rmsnormOf(CpuContext* ctx, T* y, float* rstd, const T* x, const catrl_norm& norm) {
    const T* weight = static_cast<const T*>(norm.weight);
    float offset = static_cast<float>(norm.offset);
    int c = static_cast<int>(norm.c);
    ctx->parallel(norm.n, 32, [&](int64_t begin, int64_t end, int) {
        for (int64_t i = begin; i < end; i++) {
            float scale = rstdOf(x + i * c, c, norm.epsilon);
            normalise(y + i * c, x + i * c, weight, offset, scale, c);
            if (rstd != nullptr) rstd[i] = scale;
        }
    });
}

void rmsnorm(catrl_context* context, void* y, float* rstd, const void* x, const catrl_norm* norm) {
    withStorage(norm->storage, [&](auto type) {
        using T = decltype(type);
        rmsnormOf(cpu(context), static_cast<T*>(y), rstd, static_cast<const T*>(x), *norm);
    });
}

template <class T>
static void rmsnormBackwardOf(CpuContext* ctx, T* dx, float* dweight, const T* dy, const T* x, const float* rstd,
                              const catrl_norm& norm) {
    const T* weight = static_cast<const T*>(norm.weight);
    float offset = static_cast<float>(norm.offset);
    int c = static_cast<int>(norm.c);
    int64_t n = norm.n;
    ctx->parallel(n, 32, [&](int64_t begin, int64_t end, int) {
        for (int64_t i = begin; i < end; i++) {
            const T* xi = x + i * c;
            const T* dyi = dy + i * c;
            T* dxi = dx + i * c;
            float scale = rstd[i];
            float pull = scale * scale * dot(dyi, xi, weight, offset, c) / c;
            for (int j = 0; j < c; j++) dxi[j] = dxi[j] + scale * (dyi[j] * (offset + weight[j]) - xi[j] * pull);
        }
    });
    if (dweight == nullptr) return;
    ctx->parallel(c, 64, [&](int64_t begin, int64_t end, int) {
        for (int64_t i = 0; i < n; i++) {
            float scale = rstd[i];
            const T* xi = x + i * c;
            const T* dyi = dy + i * c;
            for (int64_t j = begin; j < end; j++) dweight[j] += dyi[j] * xi[j] * scale;
        }
    });
}

void rmsnorm_backward(catrl_context* context, void* dx, float* dweight, const void* dy, const void* x,
                      const float* rstd, const catrl_norm* norm) {
    withStorage(norm->storage, [&](auto type) {
        using T = decltype(type);
        rmsnormBackwardOf(cpu(context), static_cast<T*>(dx), dweight, static_cast<const T*>(dy),
                          static_cast<const T*>(x), rstd, *norm);
    });
}

}  // namespace CATRL_ISA
}  // namespace catrl
