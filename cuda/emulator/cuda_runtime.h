/*
 * A stand-in for CUDA's <cuda_runtime.h> on a CPU: the kernels of ../src compile with g++ over this header and run with
 * the semantics of the device, so that their logic is tested where there is no GPU.
 *
 * One block of threads at a time runs on each operating-system thread. Every CUDA thread is a fiber (a stack and a
 * hand-written switch); __syncthreads, __syncwarp, shuffles, ballots and exchange yield to the next. Between
 * two such points a thread runs alone: there are no real races. What stands in for them: device 0 runs blocks, warps
 * and lanes upwards, device 1 downwards, and a kernel that lacks a barrier gives different results on the two. (Device
 * 2 fails every kernel, when it is waited for.) Shared memory is filled with NaN before each block, and every
 * allocation ends in guard bytes that are checked when it is freed.
 *
 * Covered: what the kernels use. Not covered: inline PTX (see mma.cuh for its stand-ins), textures, dynamic
 * parallelism, streams that run at the same time (a launch is done when it returns).
 */
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#define CATRL_EMULATED 1
#define __global__
#define __device__
#define __host__
#define __constant__ static const
#define __forceinline__ inline
#define __launch_bounds__(...)
#define __align__(n) alignas(n)
/* one block at a time per operating-system thread */
#define __shared__ static thread_local

struct uint3 {
    unsigned x, y, z;
};
struct dim3 {
    unsigned x, y, z;
    dim3(unsigned x = 1, unsigned y = 1, unsigned z = 1) : x(x), y(y), z(z) { }
};
struct alignas(8) float2 {
    float x, y;
};
struct alignas(16) float4 {
    float x, y, z, w;
};
struct alignas(8) uint2 {
    unsigned x, y;
};
struct alignas(16) uint4 {
    unsigned x, y, z, w;
};
struct alignas(16) int4 {
    int x, y, z, w;
};
inline float2 make_float2(float x, float y) { return {x, y}; }
inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
inline uint2 make_uint2(unsigned x, unsigned y) { return {x, y}; }
inline uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return {x, y, z, w}; }

namespace emulator {

constexpr unsigned WARP = 32;
/** Bytes that a lane can hand to its warp at once. */
constexpr size_t EXCHANGE = 64;

enum class Order { UP, DOWN, FAIL };

/** Runs the body as every thread of every block; throws when a block's threads do not meet at their barriers. */
void launch(Order order, dim3 grid, dim3 block, size_t shared_bytes, const std::function<void()>& body);

/* of the thread that calls: */
uint3 thread_index();
uint3 block_index();
dim3 block_size();
dim3 grid_size();
unsigned lane();
char* dynamic_shared();
void block_barrier();
void warp_barrier();
/** Publishes size bytes and returns every lane's, EXCHANGE bytes apart; valid until warp_done. */
const char* exchange(const void* mine, size_t size);
void warp_done();
unsigned warp_size();

/** The thread's asynchronous copies of 16 bytes (from nullptr: of zeros): made only when they are awaited. */
void copy_later(void* to, const void* from);
void close_copies();
void await_copies(size_t pending);

/** Whether a mask holds a lane. */
inline bool in_mask(unsigned mask, unsigned lane) { return (mask >> lane & 1) != 0; }

template <class T> T from_lane(unsigned mask, T value, unsigned source) {
    static_assert(sizeof(T) <= EXCHANGE, "too much for one exchange");
    const char* all = exchange(&value, sizeof value);
    T result = value;
    if (source < warp_size() && in_mask(mask, source)) std::memcpy(&result, all + source * EXCHANGE, sizeof result);
    warp_done();
    return result;
}

}  // namespace emulator

#define threadIdx (emulator::thread_index())
#define blockIdx (emulator::block_index())
#define blockDim (emulator::block_size())
#define gridDim (emulator::grid_size())
static constexpr int warpSize = 32;

inline void __syncthreads() { emulator::block_barrier(); }
inline void __syncwarp(unsigned = ~0u) { emulator::warp_barrier(); }
inline void __threadfence() { }
inline void __threadfence_block() { }

template <class T> T __shfl_sync(unsigned mask, T value, int source, int width = 32) {
    unsigned base = emulator::lane() / width * width;
    return emulator::from_lane(mask, value, base + source % width);
}
template <class T> T __shfl_xor_sync(unsigned mask, T value, int with, int width = 32) {
    unsigned lane = emulator::lane();
    unsigned source = lane ^ with;
    return emulator::from_lane(mask, value, source / width == lane / width ? source : lane);
}
template <class T> T __shfl_down_sync(unsigned mask, T value, int delta, int width = 32) {
    unsigned lane = emulator::lane();
    return emulator::from_lane(mask, value, lane % width + delta < unsigned(width) ? lane + delta : lane);
}
template <class T> T __shfl_up_sync(unsigned mask, T value, int delta, int width = 32) {
    unsigned lane = emulator::lane();
    return emulator::from_lane(mask, value, lane % width >= unsigned(delta) ? lane - delta : lane);
}
inline unsigned __ballot_sync(unsigned mask, int predicate) {
    unsigned mine = predicate != 0;
    const char* all = emulator::exchange(&mine, sizeof mine);
    unsigned result = 0;
    for (unsigned i = 0; i < emulator::warp_size(); i++) {
        unsigned other;
        std::memcpy(&other, all + i * emulator::EXCHANGE, sizeof other);
        result |= other << i;
    }
    emulator::warp_done();
    return result & mask;
}
inline int __any_sync(unsigned mask, int predicate) { return __ballot_sync(mask, predicate) != 0; }
inline int __all_sync(unsigned mask, int predicate) { return __ballot_sync(mask, !predicate) == 0; }
inline unsigned __activemask() { return ~0u; }

inline int __popc(unsigned x) { return __builtin_popcount(x); }
inline int __ffs(int x) { return __builtin_ffs(x); }
inline int __clz(int x) { return x == 0 ? 32 : __builtin_clz(x); }
inline unsigned __umulhi(unsigned a, unsigned b) { return unsigned(uint64_t{a} * b >> 32); }
inline float __int_as_float(int x) {
    float f;
    std::memcpy(&f, &x, 4);
    return f;
}
inline int __float_as_int(float f) {
    int x;
    std::memcpy(&x, &f, 4);
    return x;
}
inline float __uint_as_float(unsigned x) { return __int_as_float(int(x)); }
inline unsigned __float_as_uint(float f) { return unsigned(__float_as_int(f)); }
inline float __fmul_rn(float a, float b) { return a * b; }
inline float __fadd_rn(float a, float b) { return a + b; }
inline float __fdividef(float a, float b) { return a / b; }
inline float __frcp_rn(float x) { return 1 / x; }
inline float rsqrtf(float x) { return 1 / std::sqrt(x); }
inline double rsqrt(double x) { return 1 / std::sqrt(x); }
#define __expf std::exp
#define __logf std::log
template <class T> T __ldg(const T* p) { return *p; }
template <class T> T __ldcs(const T* p) { return *p; }
template <class T> void __stcs(T* p, T value) { *p = value; }
using std::max;
using std::min;

/* Atomics: blocks run on several operating-system threads. */
template <class T, class F> T atomic_update(T* address, F&& next) {
    T old, wanted;
    __atomic_load(address, &old, __ATOMIC_RELAXED);
    do {
        wanted = next(old);
    } while (!__atomic_compare_exchange(address, &old, &wanted, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
    return old;
}
template <class T> T atomicAdd(T* address, T value) {
    return atomic_update(address, [=](T old) { return old + value; });
}
template <class T> T atomicMin(T* address, T value) {
    return atomic_update(address, [=](T old) { return old < value ? old : value; });
}
template <class T> T atomicMax(T* address, T value) {
    return atomic_update(address, [=](T old) { return old > value ? old : value; });
}
template <class T> T atomicCAS(T* address, T expected, T value) {
    return atomic_update(address, [=](T old) { return old == expected ? value : old; });
}

/* ---- the host's side ------------------------------------------------------------------------------------------ */

typedef int cudaError_t;
enum {
    cudaSuccess = 0,
    cudaErrorInvalidValue = 1,
    cudaErrorMemoryAllocation = 2,
    cudaErrorInvalidDevice = 101,
    cudaErrorLaunchFailure = 719,
    cudaErrorUnknown = 999
};
#define CUDART_VERSION 13000

struct emulated_graph {
    std::vector<std::function<void()>> launches;
};
struct emulated_stream {
    emulator::Order order;
    bool failed = false;
    emulated_graph* recording = nullptr;
};
typedef emulated_stream* cudaStream_t;
typedef emulated_graph* cudaGraph_t;
typedef emulated_graph* cudaGraphExec_t;
typedef int* cudaEvent_t;
enum cudaMemcpyKind {
    cudaMemcpyHostToHost,
    cudaMemcpyHostToDevice,
    cudaMemcpyDeviceToHost,
    cudaMemcpyDeviceToDevice,
    cudaMemcpyDefault
};
enum { cudaStreamNonBlocking = 1, cudaStreamCaptureModeRelaxed = 2, cudaEventDisableTiming = 2 };
enum { cudaFuncAttributeMaxDynamicSharedMemorySize = 8 };
struct cudaDeviceProp {
    char name[256];
    int major, minor, multiProcessorCount;
    size_t totalGlobalMem, sharedMemPerBlockOptin;
};

const char* cudaGetErrorString(cudaError_t error);
cudaError_t cudaGetLastError();
cudaError_t cudaGetDeviceCount(int* count);
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device);
cudaError_t cudaDriverGetVersion(int* version);
cudaError_t cudaSetDevice(int device);
cudaError_t cudaMemGetInfo(size_t* free, size_t* total);
cudaError_t emulated_malloc(void** memory, size_t bytes);
template <class T> cudaError_t cudaMalloc(T** memory, size_t bytes) {
    return emulated_malloc(reinterpret_cast<void**>(memory), bytes);
}
/** cudaErrorUnknown when something was written beyond the end. */
cudaError_t cudaFree(void* memory);
template <class T> cudaError_t cudaMallocHost(T** memory, size_t bytes) { return cudaMalloc(memory, bytes); }
inline cudaError_t cudaFreeHost(void* memory) { return cudaFree(memory); }
cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned flags);
cudaError_t cudaStreamDestroy(cudaStream_t stream);
cudaError_t cudaStreamSynchronize(cudaStream_t stream);
cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes, cudaMemcpyKind kind, cudaStream_t stream);
cudaError_t cudaMemsetAsync(void* to, int value, size_t bytes, cudaStream_t stream);
cudaError_t cudaStreamBeginCapture(cudaStream_t stream, int mode);
cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph);
cudaError_t cudaGraphInstantiate(cudaGraphExec_t* runnable, cudaGraph_t graph, unsigned long long flags);
cudaError_t cudaGraphLaunch(cudaGraphExec_t graph, cudaStream_t stream);
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t graph);
inline cudaError_t cudaGraphDestroy(cudaGraph_t) { return cudaSuccess; }
inline cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
    *event = nullptr;
    return cudaSuccess;
}
inline cudaError_t cudaEventDestroy(cudaEvent_t) { return cudaSuccess; }
inline cudaError_t cudaEventRecord(cudaEvent_t, cudaStream_t) { return cudaSuccess; }
inline cudaError_t cudaEventSynchronize(cudaEvent_t) { return cudaSuccess; }
template <class F> cudaError_t cudaFuncSetAttribute(F*, int, int) { return cudaSuccess; }

/** Work on a stream: done at once, or kept when the stream is recording. */
void emulated_enqueue(cudaStream_t stream, std::function<void()> work);

/** A launch on a stream; as on a device, the arguments' values are those of now. */
template <class Kernel, class... A>
void emulated_launch(cudaStream_t stream, dim3 grid, dim3 block, size_t shared_bytes, Kernel kernel, A... arguments) {
    std::function<void()> body = [=] { kernel(arguments...); };
    if (stream->order == emulator::Order::FAIL) {
        stream->failed = true;
        return;
    }
    emulated_enqueue(stream, [=] { emulator::launch(stream->order, grid, block, shared_bytes, body); });
}
