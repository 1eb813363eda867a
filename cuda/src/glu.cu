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

/** Where the gate of output i lies; its up is f further on. */
__device__ __forceinline__ int64_t gate_of(int64_t i, int f) { return i / f * 2 * f + i % f; }

template <class T, int N, class Activation> __global__ void glu_kernel(T* y, const T* gate_up, int64_t length, int f) {
    const int64_t stride = int64_t{gridDim.x} * THREADS * N;
    for (int64_t i = (int64_t{blockIdx.x} * THREADS + threadIdx.x) * N; i < length; i += stride) {
        const int64_t gate_start = gate_of(i, f);
        const Items<T, N> gate = load<T, N>(gate_up + gate_start), up = load<T, N>(gate_up + gate_start + f);
        Items<T, N> out;
#pragma unroll
        for (int k = 0; k < N; k++) {
            float value, slope;
            Activation::of(to_float(gate.x[k]), value, slope);
            out.x[k] = from_float<T>(value * to_float(up.x[k]));
        }
        store(y + i, out);
    }
}

template <class T, int N, class Activation>
__global__ void glu_backward_kernel(T* dgate_up, const T* dy, const T* gate_up, int64_t length, int f) {
    const int64_t stride = int64_t{gridDim.x} * THREADS * N;
    for (int64_t i = (int64_t{blockIdx.x} * THREADS + threadIdx.x) * N; i < length; i += stride) {
        const int64_t gate_start = gate_of(i, f);
        const Items<T, N> gate = load<T, N>(gate_up + gate_start), up = load<T, N>(gate_up + gate_start + f);
        const Items<T, N> gradient = load<T, N>(dy + i);
        Items<T, N> dgate, dup;
#pragma unroll
        for (int k = 0; k < N; k++) {
            float value, slope;
            Activation::of(to_float(gate.x[k]), value, slope);
            dgate.x[k] = from_float<T>(to_float(gradient.x[k]) * to_float(up.x[k]) * slope);
            dup.x[k] = from_float<T>(to_float(gradient.x[k]) * value);
        }
        store(dgate_up + gate_start, dgate);
        store(dgate_up + gate_start + f, dup);
    }
}

/** body(the storage type, the activation). */
template <class F> void with_activation(const catrl_gate& gate, F&& body) {
    with_storage(gate.storage, [&](auto type) {
        if (gate.activation == CATRL_SILU) body(type, Silu());
        else body(type, GeluTanh());
    });
}

}  // namespace

namespace ops {

void glu(catrl_context* context, void* y, const void* gate_up, const catrl_gate* gate) {
    const int f = static_cast<int>(gate->f);
    const int64_t length = gate->n * f;
    if (length == 0) return;
    with_activation(*gate, [&](auto type, auto activation) {
        using T = typename decltype(type)::type;
        with_width<T>(wide<T>(f, y, gate_up), [&](auto items) {
            [[maybe_unused]] constexpr int N = decltype(items)::value;
            CATRL_LAUNCH(cuda(context), blocks_for(length, THREADS * N), THREADS, 0,
                         (glu_kernel<T, N, decltype(activation)>), static_cast<T*>(y), static_cast<const T*>(gate_up),
                         length, f);
        });
    });
}

void glu_backward(catrl_context* context, void* dgate_up, const void* dy, const void* gate_up,
                  const catrl_gate* gate) {
    const int f = static_cast<int>(gate->f);
    const int64_t length = gate->n * f;
    if (length == 0) return;
    with_activation(*gate, [&](auto type, auto activation) {
        using T = typename decltype(type)::type;
        with_width<T>(wide<T>(f, dgate_up, dy, gate_up), [&](auto items) {
            [[maybe_unused]] constexpr int N = decltype(items)::value;
            CATRL_LAUNCH(cuda(context), blocks_for(length, THREADS * N), THREADS, 0,
                         (glu_backward_kernel<T, N, decltype(activation)>), static_cast<T*>(dgate_up),
                         static_cast<const T*>(dy), static_cast<const T*>(gate_up), length, f);
        });
    });
}

}  // namespace ops
}  // namespace catrl
