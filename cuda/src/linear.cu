// What surrounds cuBLAS's products: biases; and a plain product, where there is no cuBLAS.
#include "columns.cuh"

namespace catrl {
namespace {

constexpr int THREADS = 256;

template <class Y, class T> __global__ void add_bias_kernel(Y* y, const T* bias, int64_t length, int n) {
    const int64_t stride = int64_t{gridDim.x} * THREADS;
    for (int64_t i = int64_t{blockIdx.x} * THREADS + threadIdx.x; i < length; i += stride) {
        y[i] = from_float<Y>(to_float(y[i]) + to_float(bias[i % n]));
    }
}

/** What row i adds to dbias[j]. */
template <class T> struct BiasTerm {
    const T* dy;
    int n;

    __device__ float operator()(int i, int j) const { return to_float(dy[int64_t{i} * n + j]); }
};

/** A thread for each element. Element (i, s) of op(a) is a[i * a_row + s * a_step], (s, j) of op(b) likewise. */
template <class C, class T>
__global__ void plain_product_kernel(C* c, const T* a, int64_t a_row, int64_t a_step, const T* b, int64_t b_step,
                                     int64_t b_column, int m, int n, int k, bool accumulate) {
    const int64_t at = int64_t{blockIdx.x} * THREADS + threadIdx.x;
    if (at >= int64_t{m} * n) return;
    const int64_t i = at / n, j = at % n;
    float sum = 0;
    for (int s = 0; s < k; s++) {
        sum = fmaf(to_float(a[i * a_row + s * a_step]), to_float(b[s * b_step + j * b_column]), sum);
    }
    c[at] = from_float<C>(accumulate ? to_float(c[at]) + sum : sum);
}

}  // namespace
}  // namespace catrl

using namespace catrl;

void catrl_cuda_add_bias(catrl_cuda* ctx, int real, void* y, int y_type, const void* bias, int m, int n) {
    const int64_t length = int64_t{m} * n;
    if (length == 0) return;
    with_real(real, [&](auto type) {
        using T = typename decltype(type)::type;
        with_real(y_type, [&](auto of_y) {
            using Y = typename decltype(of_y)::type;
            CATRL_LAUNCH(ctx, blocks_for(length, THREADS), THREADS, 0, (add_bias_kernel<Y, T>), static_cast<Y*>(y),
                         static_cast<const T*>(bias), length, n);
        });
    });
}

void catrl_cuda_bias_backward(catrl_cuda* ctx, int real, float* dbias, const void* dy, int m, int n) {
    if (m == 0 || n == 0) return;
    with_real(real, [&](auto type) {
        using T = typename decltype(type)::type;
        add_column_sums(ctx, dbias, BiasTerm<T>{static_cast<const T*>(dy), n}, m, n);
    });
}

void catrl_cuda_plain_product(catrl_cuda* ctx, int real, void* c, int c_type, const void* a, int transpose_a,
                              const void* b, int transpose_b, int m, int n, int k, int accumulate) {
    if (m == 0 || n == 0) return;
    const int64_t a_row = transpose_a ? 1 : k, a_step = transpose_a ? m : 1;
    const int64_t b_step = transpose_b ? 1 : n, b_column = transpose_b ? k : 1;
    with_real(real, [&](auto type) {
        using T = typename decltype(type)::type;
        with_real(c_type, [&](auto of_c) {
            using C = typename decltype(of_c)::type;
            CATRL_LAUNCH(ctx, blocks_for(int64_t{m} * n, THREADS, INT32_MAX), THREADS, 0, (plain_product_kernel<C, T>),
                         static_cast<C*>(c), static_cast<const T*>(a), a_row, a_step, static_cast<const T*>(b), b_step,
                         b_column, m, n, k, accumulate != 0);
        });
    });
}
