/* fill, copy, add, multiply, scale. */
#pragma once

namespace catrl {
namespace CATRL_ISA {

/** Elements per chunk of an elementwise op. */
constexpr int64_t ELEMENTS = 16384;

template <class T> void fillOf(CpuContext* ctx, T* x, int64_t length, T value) {
    ctx->parallel(length, ELEMENTS, [&](int64_t begin, int64_t end, int) {
        for (int64_t i = begin; i < end; i++) x[i] = value;
    });
}

void fill(catrl_context* context, const catrl_array* x, double value) {
    CpuContext* ctx = cpu(context);
    if (x->type == CATRL_F32) fillOf(ctx, static_cast<float*>(x->data), x->length, static_cast<float>(value));
    if (x->type == CATRL_F64) fillOf(ctx, static_cast<double*>(x->data), x->length, value);
    if (x->type == CATRL_I32) fillOf(ctx, static_cast<int32_t*>(x->data), x->length, static_cast<int32_t>(value));
    if (x->type == CATRL_BF16) fillOf(ctx, static_cast<Bf16*>(x->data), x->length, Bf16(static_cast<float>(value)));
}

/** to = from, widened or rounded. */
template <class To, class From> static void convert(CpuContext* ctx, To* to, const From* from, int64_t length) {
    ctx->parallel(length, ELEMENTS, [&](int64_t begin, int64_t end, int) {
        for (int64_t i = begin; i < end; i += LANES) {
            int count = end - i < LANES ? static_cast<int>(end - i) : LANES;
            storeUpTo(to + i, loadUpTo(from + i, count), count);
        }
    });
}

void copy(catrl_context* context, const catrl_array* to, const catrl_array* from) {
    CpuContext* ctx = cpu(context);
    if (to->type != from->type) {
        if (to->type == CATRL_BF16) {
            convert(ctx, static_cast<Bf16*>(to->data), static_cast<const float*>(from->data), to->length);
        } else {
            convert(ctx, static_cast<float*>(to->data), static_cast<const Bf16*>(from->data), to->length);
        }
        return;
    }
    int64_t bytes = to->length * (to->type == CATRL_F64 ? 8 : to->type == CATRL_BF16 ? 2 : 4);
    ctx->parallel(bytes, ELEMENTS * 4, [&](int64_t begin, int64_t end, int) {
        std::memcpy(static_cast<char*>(to->data) + begin, static_cast<const char*>(from->data) + begin, end - begin);
    });
}

void add(catrl_context* context, const catrl_array* y, const catrl_array* x) {
    withStorage(y->type, [&](auto type) {
        using T = decltype(type);
        T* to = static_cast<T*>(y->data);
        const T* from = static_cast<const T*>(x->data);
        cpu(context)->parallel(y->length, ELEMENTS, [&](int64_t begin, int64_t end, int) {
            for (int64_t i = begin; i < end; i++) to[i] = to[i] + from[i];
        });
    });
}

void multiply(catrl_context* context, const catrl_array* y, const catrl_array* x) {
    float* to = static_cast<float*>(y->data);
    const float* from = static_cast<const float*>(x->data);
    cpu(context)->parallel(y->length, ELEMENTS, [&](int64_t begin, int64_t end, int) {
        for (int64_t i = begin; i < end; i++) to[i] *= from[i];
    });
}

void scale(catrl_context* context, const catrl_array* x, double factor) {
    float rounded = static_cast<float>(factor);
    withStorage(x->type, [&](auto type) {
        auto* scaled = static_cast<decltype(type)*>(x->data);
        cpu(context)->parallel(x->length, ELEMENTS, [&](int64_t begin, int64_t end, int) {
            for (int64_t i = begin; i < end; i++) scaled[i] = scaled[i] * rounded;
        });
    });
}

/** Floats of what an op has in 16 bits, one piece after another in the context's memory for them. */
class Widened {
public:
    Widened(CpuContext* ctx, int64_t floats) : ctx(ctx), next(ctx->widened.floats(floats)) {}

    /** Room for count floats. */
    float* room(int64_t count) {
        float* piece = next;
        next += count;
        return piece;
    }

    /** The values of x; null for null. */
    float* of(const void* x, int64_t count) {
        if (x == nullptr) return nullptr;
        float* values = room(count);
        convert(ctx, values, static_cast<const Bf16*>(x), count);
        return values;
    }

    void narrow(void* to, const float* from, int64_t count) { convert(ctx, static_cast<Bf16*>(to), from, count); }

private:
    CpuContext* ctx;
    float* next;
};

}  // namespace CATRL_ISA
}  // namespace catrl
