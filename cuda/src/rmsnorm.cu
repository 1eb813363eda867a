// rmsnorm and its backward.
#include "columns.cuh"

namespace catrl {
namespace {

constexpr int THREADS = 256;

/** A block for each row. */
template <class T, int N>
__global__ void rmsnorm_kernel(T* y, float* rstd, const T* x, const T* weight, int c, double epsilon,
                               float offset) {
    const int64_t row = int64_t{blockIdx.x} * c;
    float squares = 0;
    for (int j = threadIdx.x * N; j < c; j += THREADS * N) {
        const Items<T, N> row_items = load<T, N>(x + row + j);
#pragma unroll
        for (int k = 0; k < N; k++) squares = fmaf(to_float(row_items.x[k]), to_float(row_items.x[k]), squares);
    }
    squares = block_reduce<THREADS>(squares, Sum());
    const float scale = static_cast<float>(1 / sqrt(static_cast<double>(squares) / c + epsilon));
    for (int j = threadIdx.x * N; j < c; j += THREADS * N) {
        const Items<T, N> row_items = load<T, N>(x + row + j), weights = load<T, N>(weight + j);
        Items<T, N> out;
#pragma unroll
        for (int k = 0; k < N; k++) {
            out.x[k] = from_float<T>(to_float(row_items.x[k]) * scale * (offset + to_float(weights.x[k])));
        }
        store(y + row + j, out);
    }
    if (rstd != nullptr && threadIdx.x == 0) rstd[blockIdx.x] = scale;
}

template <class T, int N>
__global__ void rmsnorm_backward_kernel(T* dx, const T* dy, const T* x, const T* weight, const float* rstd, int c,
                                        float offset) {
    const int64_t row = int64_t{blockIdx.x} * c;
    float product = 0;
    for (int j = threadIdx.x * N; j < c; j += THREADS * N) {
        const Items<T, N> row_items = load<T, N>(x + row + j), weights = load<T, N>(weight + j);
        const Items<T, N> gradient = load<T, N>(dy + row + j);
#pragma unroll
        for (int k = 0; k < N; k++) {
            const float through_weight = to_float(gradient.x[k]) * (offset + to_float(weights.x[k]));
            product = fmaf(through_weight, to_float(row_items.x[k]), product);
        }
    }
    product = block_reduce<THREADS>(product, Sum());
    const float scale = rstd[blockIdx.x];
    const float pull = scale * scale * product / c;
    for (int j = threadIdx.x * N; j < c; j += THREADS * N) {
        const Items<T, N> row_items = load<T, N>(x + row + j), weights = load<T, N>(weight + j);
        const Items<T, N> gradient = load<T, N>(dy + row + j);
        Items<T, N> sum = load<T, N>(dx + row + j);
#pragma unroll
        for (int k = 0; k < N; k++) {
            const float change =
                scale * (to_float(gradient.x[k]) * (offset + to_float(weights.x[k])) - to_float(row_items.x[k]) * pull);
            sum.x[k] = from_float<T>(to_float(sum.x[k]) + change);
        }
        store(dx + row + j, sum);
    }
}

/** What row i adds to dweight[j]. */
template <class T> struct WeightTerm {
    const T *dy, *x;
    const float* rstd;
    int c;

    __device__ float operator()(int i, int j) const {
        const int64_t element = int64_t{i} * c + j;
        return to_float(dy[element]) * to_float(x[element]) * rstd[i];
    }
};

}  // namespace

namespace ops {

void rmsnorm(catrl_context* context, void* y, float* rstd, const void* x, const catrl_norm* norm) {
    const int n = static_cast<int>(norm->n), c = static_cast<int>(norm->c);
    if (n == 0) return;
    with_storage(norm->storage, [&](auto type) {
        using T = typename decltype(type)::type;
        with_width<T>(wide<T>(c, y, x, norm->weight), [&](auto items) {
            [[maybe_unused]] constexpr int N = decltype(items)::value;
            CATRL_LAUNCH(cuda(context), n, THREADS, 0, (rmsnorm_kernel<T, N>), static_cast<T*>(y), rstd,
                         static_cast<const T*>(x), static_cast<const T*>(norm->weight), c, norm->epsilon,
                         static_cast<float>(norm->offset));
        });
    });
}

void rmsnorm_backward(catrl_context* context, void* dx, float* dweight, const void* dy, const void* x,
                      const float* rstd, const catrl_norm* norm) {
    CudaContext* ctx = cuda(context);
    const int n = static_cast<int>(norm->n), c = static_cast<int>(norm->c);
    if (n == 0) return;
    with_storage(norm->storage, [&](auto type) {
        using T = typename decltype(type)::type;
        with_width<T>(wide<T>(c, dx, dy, x, norm->weight), [&](auto items) {
            [[maybe_unused]] constexpr int N = decltype(items)::value;
            CATRL_LAUNCH(ctx, n, THREADS, 0, (rmsnorm_backward_kernel<T, N>), static_cast<T*>(dx),
                         static_cast<const T*>(dy), static_cast<const T*>(x), static_cast<const T*>(norm->weight), rstd,
                         c, static_cast<float>(norm->offset));
        });
        if (dweight == nullptr) return;
        WeightTerm<T> term{static_cast<const T*>(dy), static_cast<const T*>(x), rstd, c};
        add_column_sums(ctx, dweight, term, n, c);
    });
}

}  // namespace ops
}  // namespace catrl
