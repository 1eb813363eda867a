/* fill, copy, insert_columns, add, multiply, scale. */
#pragma once

namespace catrl {
namespace CATRL_ISA {

/** Elements per chunk of an elementwise op. */
constexpr int64_t ELEMENTS = 16384;

template <class T> void fillOf(catrl_cpu* ctx, T* x, int64_t length, T value) {
    ctx->parallel(length, ELEMENTS, [&](int64_t begin, int64_t end, int) {
        for (int64_t i = begin; i < end; i++) x[i] = value;
    });
}

void fill(catrl_cpu* ctx, void* x, int type, int64_t length, double value) {
    if (type == CATRL_CPU_F32) fillOf(ctx, static_cast<float*>(x), length, static_cast<float>(value));
    if (type == CATRL_CPU_F64) fillOf(ctx, static_cast<double*>(x), length, value);
    if (type == CATRL_CPU_I32) fillOf(ctx, static_cast<int32_t*>(x), length, static_cast<int32_t>(value));
}

void copy(catrl_cpu* ctx, void* to, const void* from, int64_t bytes) {
    ctx->parallel(bytes, ELEMENTS * 4, [&](int64_t begin, int64_t end, int) {
        std::memcpy(static_cast<char*>(to) + begin, static_cast<const char*>(from) + begin, end - begin);
    });
}

void insert_columns(catrl_cpu* ctx, float* to, const float* from, int m, int width, int column, int to_width) {
    ctx->parallel(m, 4, [&](int64_t begin, int64_t end, int) {
        for (int64_t i = begin; i < end; i++) {
            std::memcpy(to + i * to_width + column, from + i * width, sizeof(float) * width);
        }
    });
}

void add(catrl_cpu* ctx, float* y, const float* x, int64_t length) {
    ctx->parallel(length, ELEMENTS, [&](int64_t begin, int64_t end, int) {
        for (int64_t i = begin; i < end; i++) y[i] += x[i];
    });
}

void multiply(catrl_cpu* ctx, float* y, const float* x, int64_t length) {
    ctx->parallel(length, ELEMENTS, [&](int64_t begin, int64_t end, int) {
        for (int64_t i = begin; i < end; i++) y[i] *= x[i];
    });
}

void scale(catrl_cpu* ctx, float* x, int64_t length, double factor) {
    float by = static_cast<float>(factor);
    ctx->parallel(length, ELEMENTS, [&](int64_t begin, int64_t end, int) {
        for (int64_t i = begin; i < end; i++) x[i] *= by;
    });
}

}  // namespace CATRL_ISA
}  // namespace catrl
