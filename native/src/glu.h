/* glu and its backward: y = act(gate) * up. */
#pragma once

namespace catrl {
namespace CATRL_ISA {

struct Silu {
    CATRL_INLINE void of(Vec x, Vec& value, Vec& slope) {
        Vec one = broadcast(1);
        Vec sigmoid = one / (one + exp(zero() - x));
        value = x * sigmoid;
        slope = sigmoid * fma(x, one - sigmoid, one);
    }
};

/** The tanh form of GELU; tanh(u) = 1 - 2 / (e^2u + 1). */
struct GeluTanh {
    CATRL_INLINE void of(Vec x, Vec& value, Vec& slope) {
        Vec one = broadcast(1);
        Vec half = broadcast(0.5f);
        Vec c = broadcast(0.79788456080286536f);  // sqrt(2 / pi)
        Vec square = x * x;
        Vec u = c * x * fma(broadcast(0.044715f), square, one);
        Vec t = one - broadcast(2) / (exp(u + u) + one);
        value = half * x * (one + t);
        Vec du = c * fma(broadcast(3 * 0.044715f), square, one);
        slope = fma(half * x * (one - t * t), du, half * (one + t));
    }
};

template <class Activation, class T>
static void gluRows(CpuContext* ctx, T* y, const T* gate_up, int64_t n, int f) {
    ctx->parallel(n, 16, [&](int64_t begin, int64_t end, int) {
        for (int64_t i = begin; i < end; i++) {
            const T* gate = gate_up + i * 2 * f;
            for (int j = 0; j < f; j += LANES) {
                Vec value, slope;
                Activation::of(loadUpTo(gate + j, f - j), value, slope);
                storeUpTo(y + i * f + j, value * loadUpTo(gate + f + j, f - j), f - j);
            }
        }
    });
}

template <class Activation, class T>
static void gluRowsBackward(CpuContext* ctx, T* dgate_up, const T* dy, const T* gate_up, int64_t n, int f) {
    ctx->parallel(n, 16, [&](int64_t begin, int64_t end, int) {
        for (int64_t i = begin; i < end; i++) {
            const T* gate = gate_up + i * 2 * f;
            T* dgate = dgate_up + i * 2 * f;
            for (int j = 0; j < f; j += LANES) {
                Vec value, slope;
                Activation::of(loadUpTo(gate + j, f - j), value, slope);
                Vec up = loadUpTo(gate + f + j, f - j);
                Vec gradient = loadUpTo(dy + i * f + j, f - j);
                storeUpTo(dgate + j, gradient * up * slope, f - j);
                storeUpTo(dgate + f + j, gradient * value, f - j);
            }
        }
    });
}

void glu(catrl_context* context, void* y, const void* gate_up, const catrl_gate* gate) {
    withStorage(gate->storage, [&](auto type) {
        using T = decltype(type);
        auto run = gate->activation == CATRL_SILU ? gluRows<Silu, T> : gluRows<GeluTanh, T>;
        run(cpu(context), static_cast<T*>(y), static_cast<const T*>(gate_up), gate->n, static_cast<int>(gate->f));
    });
}

void glu_backward(catrl_context* context, void* dgate_up, const void* dy, const void* gate_up,
                  const catrl_gate* gate) {
    withStorage(gate->storage, [&](auto type) {
        using T = decltype(type);
        auto run = gate->activation == CATRL_SILU ? gluRowsBackward<Silu, T> : gluRowsBackward<GeluTanh, T>;
        run(cpu(context), static_cast<T*>(dgate_up), static_cast<const T*>(dy), static_cast<const T*>(gate_up), gate->n,
            static_cast<int>(gate->f));
    });
}

}  // namespace CATRL_ISA
}  // namespace catrl
