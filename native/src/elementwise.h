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
    if (type == CATRL_CPU_BF16) fillOf(ctx, static_cast<Bf16*>(x), length, Bf16(static_cast<float>(value)));
}

/** to = from, widened or rounded. */
template <class To, class From> static void convert(catrl_cpu* ctx, To* to, const From* from, int64_t length) {
    ctx->parallel(length, ELEMENTS, [&](int64_t begin, int64_t end, int) {
        for (int64_t i = begin; i < end; i += LANES) {
            int count = end - i < LANES ? static_cast<int>(end - i) : LANES;
            storeUpTo(to + i, loadUpTo(from + i, count), count);
        }
    });
}

void copy(catrl_cpu* ctx, void* to, int to_type, const void* from, int from_type, int64_t length) {
    if (to_type != from_type) {
        if (to_type == CATRL_CPU_BF16) convert(ctx, static_cast<Bf16*>(to), static_cast<const float*>(from), length);
        else convert(ctx, static_cast<float*>(to), static_cast<const Bf16*>(from), length);
        return;
    }
    int64_t bytes = length * (to_type == CATRL_CPU_F64 ? 8 : to_type == CATRL_CPU_BF16 ? 2 : 4);
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

void add(catrl_cpu* ctx, int real, void* y, const void* x, int64_t length) {
    withReal(real, [&](auto type) {
        using T = decltype(type);
        T* to = static_cast<T*>(y);
        const T* from = static_cast<const T*>(x);
        ctx->parallel(length, ELEMENTS, [&](int64_t begin, int64_t end, int) {
            for (int64_t i = begin; i < end; i++) to[i] = to[i] + from[i];
        });
    });
}

void multiply(catrl_cpu* ctx, float* y, const float* x, int64_t length) {
    ctx->parallel(length, ELEMENTS, [&](int64_t begin, int64_t end, int) {
        for (int64_t i = begin; i < end; i++) y[i] *= x[i];
    });
}

void scale(catrl_cpu* ctx, int real, void* x, int64_t length, double factor) {
    float by = static_cast<float>(factor);
    withReal(real, [&](auto type) {
        auto* own = static_cast<decltype(type)*>(x);
        ctx->parallel(length, ELEMENTS, [&](int64_t begin, int64_t end, int) {
            for (int64_t i = begin; i < end; i++) own[i] = own[i] * by;
        });
    });
}

/** Floats of what an op has in 16 bits, one piece after another in the context's memory for them. */
class Widened {
public:
    Widened(catrl_cpu* ctx, int64_t floats) : ctx(ctx), next(ctx->widened.floats(floats)) {}

    /** Room for count floats. */
    float* room(int64_t count) {
        float* own = next;
        next += count;
        return own;
    }

    /** The values of x; null for null. */
    float* of(const void* x, int64_t count) {
        if (x == nullptr) return nullptr;
        float* own = room(count);
        convert(ctx, own, static_cast<const Bf16*>(x), count);
        return own;
    }

    void narrow(void* to, const float* from, int64_t count) { convert(ctx, static_cast<Bf16*>(to), from, count); }

private:
    catrl_cpu* ctx;
    float* next;
};

}  // namespace CATRL_ISA
}  // namespace catrl
