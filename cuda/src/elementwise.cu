// fill, copy, add, multiply, scale.
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

template <class T> __global__ void add_kernel(T* y, const T* x, int64_t length) {
    for (int64_t i = first_item(); i < length; i += stride()) y[i] = from_float<T>(to_float(y[i]) + to_float(x[i]));
}

__global__ void multiply_kernel(float* y, const float* x, int64_t length) {
    for (int64_t i = first_item(); i < length; i += stride()) y[i] *= x[i];
}

template <class T> __global__ void scale_kernel(T* x, int64_t length, float factor) {
    for (int64_t i = first_item(); i < length; i += stride()) x[i] = from_float<T>(to_float(x[i]) * factor);
}

template <class T> void fill_with(CudaContext* ctx, const catrl_array* x, T value) {
    CATRL_LAUNCH(ctx, blocks_for(x->length, THREADS), THREADS, 0, (fill_kernel<T>), static_cast<T*>(x->data), x->length,
                 value);
}

template <class To, class From> void convert(CudaContext* ctx, void* to, const void* from, int64_t length) {
    CATRL_LAUNCH(ctx, blocks_for(length, THREADS), THREADS, 0, (convert_kernel<To, From>), static_cast<To*>(to),
                 static_cast<const From*>(from), length);
}

int64_t bytes_of(int64_t type) { return type == CATRL_F64 ? 8 : type == CATRL_BF16 ? 2 : 4; }

}  // namespace

namespace ops {

void fill(catrl_context* context, const catrl_array* x, double value) {
    CudaContext* ctx = cuda(context);
    if (x->length == 0) return;
    if (x->type == CATRL_F32) fill_with(ctx, x, static_cast<float>(value));
    if (x->type == CATRL_F64) fill_with(ctx, x, value);
    if (x->type == CATRL_I32) fill_with(ctx, x, static_cast<int32_t>(value));
    if (x->type == CATRL_BF16) fill_with(ctx, x, __float2bfloat16_rn(static_cast<float>(value)));
}

void copy(catrl_context* context, const catrl_array* to, const catrl_array* from) {
    CudaContext* ctx = cuda(context);
    if (to->length == 0) return;
    if (to->type == from->type) {
        ctx->usable();
        const size_t bytes = to->length * bytes_of(to->type);
        check(cudaMemcpyAsync(to->data, from->data, bytes, cudaMemcpyDeviceToDevice, ctx->stream), "copy");
    } else if (to->type == CATRL_BF16) {
        convert<bf16, float>(ctx, to->data, from->data, to->length);
    } else {
        convert<float, bf16>(ctx, to->data, from->data, to->length);
    }
}

void add(catrl_context* context, const catrl_array* y, const catrl_array* x) {
    const int64_t length = y->length;
    if (length == 0) return;
    with_storage(y->type, [&](auto type) {
        using T = typename decltype(type)::type;
        CATRL_LAUNCH(cuda(context), blocks_for(length, THREADS), THREADS, 0, (add_kernel<T>), static_cast<T*>(y->data),
                     static_cast<const T*>(x->data), length);
    });
}

void multiply(catrl_context* context, const catrl_array* y, const catrl_array* x) {
    const int64_t length = y->length;
    if (length == 0) return;
    CATRL_LAUNCH(cuda(context), blocks_for(length, THREADS), THREADS, 0, (multiply_kernel),
                 static_cast<float*>(y->data), static_cast<const float*>(x->data), length);
}

void scale(catrl_context* context, const catrl_array* x, double factor) {
    const int64_t length = x->length;
    if (length == 0) return;
    with_storage(x->type, [&](auto type) {
        using T = typename decltype(type)::type;
        CATRL_LAUNCH(cuda(context), blocks_for(length, THREADS), THREADS, 0, (scale_kernel<T>),
                     static_cast<T*>(x->data), length, static_cast<float>(factor));
    });
}

}  // namespace ops
}  // namespace catrl
