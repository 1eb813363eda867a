// fill, copy, insert_columns, add.
#include "device.cuh"

namespace catrl {
namespace {

constexpr int THREADS = 256;

__device__ __forceinline__ int64_t first_item() { return int64_t{blockIdx.x} * blockDim.x + threadIdx.x; }
__device__ __forceinline__ int64_t stride() { return int64_t{gridDim.x} * blockDim.x; }

template <class T> __global__ void fill_kernel(T* x, int64_t length, T value) {
    for (int64_t i = first_item(); i < length; i += stride()) x[i] = value;
}

template <class To, class From> __global__ void convert_kernel(To* to, const From* from, int64_t length) {
    for (int64_t i = first_item(); i < length; i += stride()) to[i] = from_float<To>(to_float(from[i]));
}

__global__ void insert_columns_kernel(float* to, const float* from, int64_t length, int width, int column,
                                      int to_width) {
    for (int64_t i = first_item(); i < length; i += stride()) to[i / width * to_width + column + i % width] = from[i];
}

template <class T> __global__ void add_kernel(T* y, const T* x, int64_t length) {
    for (int64_t i = first_item(); i < length; i += stride()) y[i] = from_float<T>(to_float(y[i]) + to_float(x[i]));
}

__global__ void multiply_kernel(float* y, const float* x, int64_t length) {
    for (int64_t i = first_item(); i < length; i += stride()) y[i] *= x[i];
}

template <class T> __global__ void scale_kernel(T* x, int64_t length, float factor) {
    for (int64_t i = first_item(); i < length; i += stride()) x[i] = from_float<T>(to_float(x[i]) * factor);
}

template <class T> void fill(catrl_cuda* ctx, void* x, int64_t length, T value) {
    CATRL_LAUNCH(ctx, blocks_for(length, THREADS), THREADS, 0, (fill_kernel<T>), static_cast<T*>(x), length, value);
}

template <class To, class From> void convert(catrl_cuda* ctx, void* to, const void* from, int64_t length) {
    CATRL_LAUNCH(ctx, blocks_for(length, THREADS), THREADS, 0, (convert_kernel<To, From>), static_cast<To*>(to),
                 static_cast<const From*>(from), length);
}

int64_t bytes_of(int type) { return type == CATRL_F64 ? 8 : type == CATRL_BF16 ? 2 : 4; }

}  // namespace
}  // namespace catrl

using namespace catrl;

void catrl_cuda_fill(catrl_cuda* ctx, void* x, int type, int64_t length, double value) {
    if (length == 0) return;
    if (type == CATRL_F32) fill(ctx, x, length, static_cast<float>(value));
    if (type == CATRL_F64) fill(ctx, x, length, value);
    if (type == CATRL_I32) fill(ctx, x, length, static_cast<int32_t>(value));
    if (type == CATRL_BF16) fill(ctx, x, length, __float2bfloat16_rn(static_cast<float>(value)));
}

void catrl_cuda_copy(catrl_cuda* ctx, void* to, int to_type, const void* from, int from_type, int64_t length) {
    if (length == 0) return;
    if (to_type == from_type) {
        ctx->usable();
        check(cudaMemcpyAsync(to, from, length * bytes_of(to_type), cudaMemcpyDeviceToDevice, ctx->stream), "copy");
    } else if (to_type == CATRL_BF16) {
        convert<bf16, float>(ctx, to, from, length);
    } else {
        convert<float, bf16>(ctx, to, from, length);
    }
}

void catrl_cuda_insert_columns(catrl_cuda* ctx, float* to, const float* from, int m, int width, int column,
                               int to_width) {
    const int64_t length = int64_t{m} * width;
    if (length == 0) return;
    CATRL_LAUNCH(ctx, blocks_for(length, THREADS), THREADS, 0, (insert_columns_kernel), to, from, length, width, column,
                 to_width);
}

void catrl_cuda_add(catrl_cuda* ctx, int real, void* y, const void* x, int64_t length) {
    if (length == 0) return;
    with_real(real, [&](auto type) {
        using T = typename decltype(type)::type;
        CATRL_LAUNCH(ctx, blocks_for(length, THREADS), THREADS, 0, (add_kernel<T>), static_cast<T*>(y),
                     static_cast<const T*>(x), length);
    });
}

void catrl_cuda_multiply(catrl_cuda* ctx, float* y, const float* x, int64_t length) {
    if (length == 0) return;
    CATRL_LAUNCH(ctx, blocks_for(length, THREADS), THREADS, 0, (multiply_kernel), y, x, length);
}

void catrl_cuda_scale(catrl_cuda* ctx, int real, void* x, int64_t length, double factor) {
    if (length == 0) return;
    with_real(real, [&](auto type) {
        using T = typename decltype(type)::type;
        CATRL_LAUNCH(ctx, blocks_for(length, THREADS), THREADS, 0, (scale_kernel<T>), static_cast<T*>(x), length,
                     static_cast<float>(factor));
    });
}
