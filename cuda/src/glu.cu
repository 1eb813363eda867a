// glu and its backward: y = act(gate) * up.
#include "device.cuh"

namespace catrl {
namespace {

constexpr int THREADS = 256;

struct Silu {
    static __device__ __forceinline__ void of(float x, float& value, float& slope) {
        const float sigmoid = 1 / (1 + expf(-x));
        value = x * sigmoid;
        slope = sigmoid * fmaf(x, 1 - sigmoid, 1.0f);
    }
};

/** The tanh form of GELU; tanh(u) = 1 - 2 / (e^2u + 1). */
struct GeluTanh {
    static __device__ __forceinline__ void of(float x, float& value, float& slope) {
        constexpr float C = 0.79788456080286536f;  // sqrt(2 / pi)
        const float square = x * x;
        const float u = C * x * fmaf(0.044715f, square, 1.0f);
        const float t = 1 - 2 / (expf(u + u) + 1);
        value = 0.5f * x * (1 + t);
        const float du = C * fmaf(3 * 0.044715f, square, 1.0f);
        slope = fmaf(0.5f * x * (1 - t * t), du, 0.5f * (1 + t));
    }
};

template <class T, class Activation> __global__ void glu_kernel(T* y, const T* gate_up, int64_t length, int f) {
    const int64_t stride = int64_t{gridDim.x} * THREADS;
    for (int64_t i = int64_t{blockIdx.x} * THREADS + threadIdx.x; i < length; i += stride) {
        const int64_t gate = i / f * 2 * f + i % f;
        float value, slope;
        Activation::of(to_float(gate_up[gate]), value, slope);
        y[i] = from_float<T>(value * to_float(gate_up[gate + f]));
    }
}

template <class T, class Activation>
__global__ void glu_backward_kernel(T* dgate_up, const T* dy, const T* gate_up, int64_t length, int f) {
    const int64_t stride = int64_t{gridDim.x} * THREADS;
    for (int64_t i = int64_t{blockIdx.x} * THREADS + threadIdx.x; i < length; i += stride) {
        const int64_t gate = i / f * 2 * f + i % f;
        float value, slope;
        Activation::of(to_float(gate_up[gate]), value, slope);
        const float up = to_float(gate_up[gate + f]), gradient = to_float(dy[i]);
        dgate_up[gate] = from_float<T>(gradient * up * slope);
        dgate_up[gate + f] = from_float<T>(gradient * value);
    }
}

/** body(the storage type, the activation). */
template <class F> void with_activation(int real, int activation, F&& body) {
    with_real(real, [&](auto type) {
        if (activation == CATRL_SILU) body(type, Silu());
        else body(type, GeluTanh());
    });
}

}  // namespace
}  // namespace catrl

using namespace catrl;

void catrl_cuda_glu(catrl_cuda* ctx, int real, void* y, const void* gate_up, int n, int f, int activation) {
    const int64_t length = int64_t{n} * f;
    if (length == 0) return;
    with_activation(real, activation, [&](auto type, auto of) {
        using T = typename decltype(type)::type;
        CATRL_LAUNCH(ctx, blocks_for(length, THREADS), THREADS, 0, (glu_kernel<T, decltype(of)>), static_cast<T*>(y),
                     static_cast<const T*>(gate_up), length, f);
    });
}

void catrl_cuda_glu_backward(catrl_cuda* ctx, int real, void* dgate_up, const void* dy, const void* gate_up, int n,
                             int f, int activation) {
    const int64_t length = int64_t{n} * f;
    if (length == 0) return;
    with_activation(real, activation, [&](auto type, auto of) {
        using T = typename decltype(type)::type;
        CATRL_LAUNCH(ctx, blocks_for(length, THREADS), THREADS, 0, (glu_backward_kernel<T, decltype(of)>),
                     static_cast<T*>(dgate_up), static_cast<const T*>(dy), static_cast<const T*>(gate_up), length, f);
    });
}
