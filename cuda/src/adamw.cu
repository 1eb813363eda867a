// sum, sum_squares and adamw.
#include <cmath>

#include "device.cuh"

namespace catrl {
namespace {

constexpr int THREADS = 256;
/** Elements that one block sums: the cuts depend on the length only. */
constexpr int64_t CHUNK = 1 << 15;

/** sums[chunk] = the sum of term(x) over the chunk. */
template <class Term> __global__ void chunks_kernel(double* sums, const float* x, int64_t length, Term term) {
    const int64_t from = blockIdx.x * CHUNK;
    const int64_t to = from + CHUNK < length ? from + CHUNK : length;
    double own = 0;
    for (int64_t i = from + threadIdx.x; i < to; i += THREADS) own += term(static_cast<double>(x[i]));
    own = block_reduce<THREADS>(own, Sum());
    if (threadIdx.x == 0) sums[blockIdx.x] = own;
}

struct Itself {
    __device__ double operator()(double x) const { return x; }
};
struct Square {
    __device__ double operator()(double x) const { return x * x; }
};

__global__ void total_kernel(double* out, const double* sums, int64_t count, bool accumulate) {
    double own = 0;
    for (int64_t i = threadIdx.x; i < count; i += THREADS) own += sums[i];
    own = block_reduce<THREADS>(own, Sum());
    if (threadIdx.x == 0) *out = accumulate ? *out + own : own;
}

struct AdamW {
    float b1, rest1, b2, rest2, scale, rate, correction2, epsilon, kept;
    int64_t decayed_length;

    __device__ __forceinline__ void step(float& weight, float gradient, float& first, float& second, int64_t i) const {
        const float g = gradient * scale;
        first = b1 * first + rest1 * g;
        second = b2 * second + rest2 * (g * g);
        const float w = i < decayed_length ? weight * kept : weight;
        weight = w - rate * first / (sqrtf(second) * correction2 + epsilon);
    }
};

/** Four elements a thread: the buffers are aligned, what is left over goes one by one. */
__global__ void adamw_kernel(float* weight, const float* gradient, float* first, float* second, bf16* copy,
                             int64_t length, AdamW of) {
    const int64_t stride = int64_t{gridDim.x} * THREADS * 4;
    for (int64_t i = (int64_t{blockIdx.x} * THREADS + threadIdx.x) * 4; i < length; i += stride) {
        if (i + 4 > length) {
            for (int64_t j = i; j < length; j++) {
                of.step(weight[j], gradient[j], first[j], second[j], j);
                if (copy != nullptr) copy[j] = from_float<bf16>(weight[j]);
            }
            return;
        }
        float4 w = *reinterpret_cast<float4*>(weight + i);
        const float4 g = *reinterpret_cast<const float4*>(gradient + i);
        float4 m = *reinterpret_cast<float4*>(first + i);
        float4 v = *reinterpret_cast<float4*>(second + i);
        of.step(w.x, g.x, m.x, v.x, i);
        of.step(w.y, g.y, m.y, v.y, i + 1);
        of.step(w.z, g.z, m.z, v.z, i + 2);
        of.step(w.w, g.w, m.w, v.w, i + 3);
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

}  // namespace
}  // namespace catrl

using namespace catrl;

template <class Term> static void sum_terms(catrl_cuda* ctx, double* out, const float* x, int64_t length, Term term,
                                            bool accumulate) {
    const int64_t chunks = (length + CHUNK - 1) / CHUNK;
    double* sums = static_cast<double*>(ctx->scratch(sizeof(double) * (chunks + 1)));
    if (chunks > 0) {
        CATRL_LAUNCH(ctx, static_cast<unsigned>(chunks), THREADS, 0, (chunks_kernel<Term>), sums, x, length, term);
    }
    CATRL_LAUNCH(ctx, 1, THREADS, 0, (total_kernel), out, sums, chunks, accumulate);
}

void catrl_cuda_sum(catrl_cuda* ctx, double* out, const float* x, int64_t length) {
    sum_terms(ctx, out, x, length, Itself(), true);
}

void catrl_cuda_sum_squares(catrl_cuda* ctx, double* out, const float* x, int64_t length) {
    sum_terms(ctx, out, x, length, Square(), false);
}

void catrl_cuda_adamw(catrl_cuda* ctx, float* weight, const float* gradient, float* first, float* second, void* copy,
                      int64_t length, double learning_rate, double beta1, double beta2, double epsilon,
                      double weight_decay, int64_t decayed_length, int step, double gradient_scale) {
    if (length == 0) return;
    AdamW of;
    of.b1 = static_cast<float>(beta1);
    of.rest1 = static_cast<float>(1 - beta1);
    of.b2 = static_cast<float>(beta2);
    of.rest2 = static_cast<float>(1 - beta2);
    of.scale = static_cast<float>(gradient_scale);
    of.rate = static_cast<float>(learning_rate / (1 - std::pow(beta1, step)));
    of.correction2 = static_cast<float>(1 / std::sqrt(1 - std::pow(beta2, step)));
    of.epsilon = static_cast<float>(epsilon);
    of.kept = static_cast<float>(1 - learning_rate * weight_decay);
    of.decayed_length = decayed_length;
    CATRL_LAUNCH(ctx, blocks_for(length, 4 * THREADS), THREADS, 0, (adamw_kernel), weight, gradient, first, second,
                 static_cast<bf16*>(copy), length, of);
}
