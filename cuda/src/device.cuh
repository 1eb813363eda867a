// What every kernel file starts from: storage types, launches, reductions in a fixed order, faults in the data.
#pragma once

#include <cuda_bf16.h>
#include <cuda_runtime.h>

#include <type_traits>

#include "catrl.h"
#include "context.h"
#include "ops.h"

// A launch on the context's stream: CATRL_LAUNCH(ctx, grid, block, shared bytes, (kernel<float, 4>), arguments...).
// CATRL_SHARED(type, name) is the launch's dynamic shared memory.
#ifdef CATRL_EMULATED
#define CATRL_UNWRAP(...) __VA_ARGS__
#define CATRL_LAUNCH(ctx, grid, block, shared, kernel, ...)                                                  \
    do {                                                                                                     \
        (ctx)->usable();                                                                                     \
        emulated_launch((ctx)->stream, grid, block, shared,                                                  \
                        [](auto... arguments) { CATRL_UNWRAP kernel(arguments...); }, __VA_ARGS__);          \
        (ctx)->launched(#kernel);                                                                            \
    } while (0)
#define CATRL_SHARED(type, name) type* name = reinterpret_cast<type*>(emulator::dynamic_shared())
#else
#define CATRL_UNWRAP(...) __VA_ARGS__
#define CATRL_LAUNCH(ctx, grid, block, shared, kernel, ...)                                                  \
    do {                                                                                                     \
        (ctx)->usable();                                                                                     \
        CATRL_UNWRAP kernel<<<grid, block, shared, (ctx)->stream>>>(__VA_ARGS__);                            \
        (ctx)->launched(#kernel);                                                                            \
    } while (0)
#define CATRL_SHARED(type, name)                                  \
    extern __shared__ __align__(128) unsigned char catrl_shared[]; \
    type* name = reinterpret_cast<type*>(catrl_shared)
#endif

namespace catrl {

using bf16 = __nv_bfloat16;

constexpr int WARP = 32;
constexpr unsigned ALL_LANES = 0xFFFFFFFFu;

template <class T> struct Type {
    using type = T;
};

/** body(Type<T>) of the type T behind a storage type. */
template <class F> void with_storage(int64_t storage, F&& body) {
    if (storage == CATRL_F32) body(Type<float>{});
    else if (storage == CATRL_BF16) body(Type<bf16>{});
    else fail("a storage type of number %d; F32 is %d, BF16 is %d", static_cast<int>(storage), CATRL_F32, CATRL_BF16);
}

/* ---- stored elements --------------------------------------------------------------------------------------------- */

__device__ __forceinline__ float to_float(float x) { return x; }
__device__ __forceinline__ float to_float(bf16 x) { return __bfloat162float(x); }
template <class T> __device__ __forceinline__ T from_float(float x);
template <> __device__ __forceinline__ float from_float<float>(float x) { return x; }
template <> __device__ __forceinline__ bf16 from_float<bf16>(float x) { return __float2bfloat16_rn(x); }

/** N neighbouring elements, loaded and stored as one. */
template <class T, int N> struct alignas(N * sizeof(T)) Items {
    T x[N];
};

template <class T, int N> __device__ __forceinline__ Items<T, N> load(const T* from) {
    return *reinterpret_cast<const Items<T, N>*>(from);
}
template <class T, int N> __device__ __forceinline__ void store(T* to, const Items<T, N>& items) {
    *reinterpret_cast<Items<T, N>*>(to) = items;
}

/** Elements of a 16-byte load. */
template <class T> constexpr int WIDE = 16 / sizeof(T);

/** Whether rows of so many elements at these addresses can be loaded 16 bytes at a time. */
template <class T, class... P> bool wide(int64_t width, const P*... rows) {
    return width % WIDE<T> == 0 && ((reinterpret_cast<uintptr_t>(rows) % 16 == 0) && ...);
}

/** body(how many elements to load at once): 16 bytes of them, or one. */
template <class T, class F> void with_width(bool wide, F&& body) {
    if (wide) body(std::integral_constant<int, WIDE<T>>());
    else body(std::integral_constant<int, 1>());
}

/* ---- reductions: fixed trees, the result in every thread -------------------------------------------------------- */

struct Sum {
    template <class T> __device__ T operator()(T a, T b) const { return a + b; }
};
struct Largest {
    template <class T> __device__ T operator()(T a, T b) const { return a > b ? a : b; }
};

template <class T, class F> __device__ __forceinline__ T warp_reduce(T x, F combine) {
#pragma unroll
    for (int with = WARP / 2; with > 0; with /= 2) x = combine(x, __shfl_xor_sync(ALL_LANES, x, with));
    return x;
}

/** Over a block of THREADS threads, a multiple of 32; every thread calls it. */
template <int THREADS, class T, class F> __device__ __forceinline__ T block_reduce(T x, F combine) {
    __shared__ T parts[THREADS / WARP];
    x = warp_reduce(x, combine);
    __syncthreads();  // an earlier call's parts have been read
    if (threadIdx.x % WARP == 0) parts[threadIdx.x / WARP] = x;
    __syncthreads();
    x = parts[0];
#pragma unroll
    for (int i = 1; i < THREADS / WARP; i++) x = combine(x, parts[i]);
    return x;
}

/* ---- faults: what is wrong in the data, told at the next call that waits ----------------------------------------- */

enum class FaultKind : unsigned { EMBED_ID = 1, SAMPLE_NAN, SAMPLE_INFINITY, SAMPLE_NOTHING, ADVANCE_FULL };

/** Of several faults the lowest row's is told. row below 2^28. */
__device__ __forceinline__ void report(unsigned long long* fault, FaultKind kind, int row, int value) {
    unsigned long long word = static_cast<unsigned long long>(row) << 36
                              | static_cast<unsigned long long>(kind) << 32 | static_cast<unsigned>(value);
    atomicMin(fault, word);
}

/* ---- launches ---------------------------------------------------------------------------------------------------- */

/** Blocks of so many threads for n items, at most most: kernels stride over the rest. */
inline unsigned blocks_for(int64_t n, int threads, int64_t most = 65535) {
    int64_t blocks = (n + threads - 1) / threads;
    return static_cast<unsigned>(blocks < most ? blocks : most);
}

}  // namespace catrl
