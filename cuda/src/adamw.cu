// sum, sum_squares and adamw.
#include "device.cuh"
#include "shared/adamw_element.h"

namespace catrl {
namespace {

constexpr int THREADS = 256;
/** Elements that one block sums: the cuts depend on the length only. */
constexpr int64_t CHUNK = 1 << 15;

/** sums[chunk] = the sum of term(x) over the chunk. */
template <class Term> __global__ void chunks_kernel(double* sums, const float* x, int64_t length, Term term) {
    const int64_t from = blockIdx.x * CHUNK;
    const int64_t to = from + CHUNK < length ? from + CHUNK : length;
    double partial = 0;
    for (int64_t i = from + threadIdx.x; i < to; i += THREADS) partial += term(static_cast<double>(x[i]));
    partial = block_reduce<THREADS>(partial, Sum());
    if (threadIdx.x == 0) sums[blockIdx.x] = partial;
}

struct Itself {
    __device__ double operator()(double x) const { return x; }
};
struct Square {
    __device__ double operator()(double x) const { return x * x; }
};

__global__ void total_kernel(double* out, const double* sums, int64_t count, bool accumulate) {
    double partial = 0;
    for (int64_t i = threadIdx.x; i < count; i += THREADS) partial += sums[i];
    partial = block_reduce<THREADS>(partial, Sum());
    if (threadIdx.x == 0) *out = accumulate ? *out + partial : partial;
}

/** Four elements a thread: the buffers are aligned, what is left over goes one by one. */
__global__ void adamw_kernel(float* weight, const float* gradient, float* first, float* second, bf16* copy,
                             int64_t length, AdamW adamw) {
    const int64_t stride = int64_t{gridDim.x} * THREADS * 4;
    for (int64_t i = (int64_t{blockIdx.x} * THREADS + threadIdx.x) * 4; i < length; i += stride) {
        if (i + 4 > length) {
            for (int64_t j = i; j < length; j++) {
                adamw_element(adamw, weight[j], gradient[j], first[j], second[j], j);
                if (copy != nullptr) copy[j] = from_float<bf16>(weight[j]);
            }
            return;
        }
        float4 w = *reinterpret_cast<float4*>(weight + i);
        const float4 g = *reinterpret_cast<const float4*>(gradient + i);
        float4 m = *reinterpret_cast<float4*>(first + i);
        float4 v = *reinterpret_cast<float4*>(second + i);
        adamw_element(adamw, w.x, g.x, m.x, v.x, i);
        adamw_element(adamw, w.y, g.y, m.y, v.y, i + 1);
        adamw_element(adamw, w.z, g.z, m.z, v.z, i + 2);
        adamw_element(adamw, w.w, g.w, m.w, v.w, i + 3);
        *reinterpret_cast<float4*>(weight + i) = w;
        *reinterpret_cast<float4*>(first + i) = m;
        *reinterpret_cast<float4*>(second + i) = v;
        if (copy != nullptr) {
            copy[i] = from_float<bf16>(w.x);
            copy[i + 1] = from_float<bf16>(w.y);
            copy[i + 2] = from_float<bf16>(w.z);
            copy[i + 3] = from_float<bf16>(w.w);
        }
    }
}

template <class Term>
void sum_terms(CudaContext* ctx, double* out, const catrl_array* array, Term term, bool accumulate) {
    const float* x = static_cast<const float*>(array->data);
    const int64_t length = array->length;
    const int64_t chunks = (length + CHUNK - 1) / CHUNK;
    double* sums = static_cast<double*>(ctx->scratch(sizeof(double) * (chunks + 1)));
    if (chunks > 0) {
        CATRL_LAUNCH(ctx, static_cast<unsigned>(chunks), THREADS, 0, (chunks_kernel<Term>), sums, x, length, term);
    }
    CATRL_LAUNCH(ctx, 1, THREADS, 0, (total_kernel), out, sums, chunks, accumulate);
}

}  // namespace

namespace ops {

void sum(catrl_context* context, double* out, const catrl_array* x) {
    sum_terms(cuda(context), out, x, Itself(), true);
}

void sum_squares(catrl_context* context, double* out, const catrl_array* x) {
    sum_terms(cuda(context), out, x, Square(), false);
}

void adamw(catrl_context* context, const catrl_trainable* trainable, const float* gradient,
           const catrl_adamw_step* step) {
    if (trainable->length == 0) return;
    CATRL_LAUNCH(cuda(context), blocks_for(trainable->length, 4 * THREADS), THREADS, 0, (adamw_kernel),
                 trainable->weight, gradient, trainable->first, trainable->second,
                 static_cast<bf16*>(trainable->copy), trainable->length, adamw_of(*step));
}

}  // namespace ops
}  // namespace catrl
