// linear and its two backwards by a plain product, where there is no cuBLAS; and what surrounds cuBLAS's: biases.
#include "columns.cuh"

namespace catrl {
namespace {

constexpr int THREADS = 256;

template <class Y, class T>
__global__ void add_bias_kernel(Y* y, const T* bias, int64_t length, int n, int64_t row_stride) {
    const int64_t stride = int64_t{gridDim.x} * THREADS;
    for (int64_t i = int64_t{blockIdx.x} * THREADS + threadIdx.x; i < length; i += stride) {
        const int64_t element = i / n * row_stride + i % n;
        y[element] = from_float<Y>(to_float(y[element]) + to_float(bias[i % n]));
    }
}

/** What row i adds to dbias[j]. */
template <class T> struct BiasTerm {
    const T* dy;
    int n;

    __device__ float operator()(int i, int j) const { return to_float(dy[int64_t{i} * n + j]); }
};

/** A matrix, or its transpose: how far its elements are apart. */
template <class T> struct Operand {
    const T* elements;
    int64_t row_stride, column_stride;

    __device__ float operator()(int64_t row, int64_t column) const {
        return to_float(elements[row * row_stride + column * column_stride]);
    }
};

/** c[m, n] = a[m, k] b[k, n]. */
struct ProductShape {
    int m, n, k;
};

/** A thread for each element of c, whose rows are c_row elements apart. */
template <class C, class T>
__global__ void plain_product_kernel(C* c, const C* start, int64_t c_row, Operand<T> a, Operand<T> b,
                                     ProductShape shape) {
    const int64_t index = int64_t{blockIdx.x} * THREADS + threadIdx.x;
    if (index >= int64_t{shape.m} * shape.n) return;
    const int64_t i = index / shape.n, j = index % shape.n, element = i * c_row + j;
    float sum = 0;
    for (int s = 0; s < shape.k; s++) sum = fmaf(a(i, s), b(s, j), sum);
    c[element] = from_float<C>(start == nullptr ? sum : to_float(start[element]) + sum);
}

/** c[m, n] = op(a) op(b), op = transpose where asked: a is [m, k] or, transposed, [k, m]; b is [k, n] or [n, k]. */
struct PlainProduct {
    const void* a;
    bool transpose_a;
    const void* b;
    bool transpose_b;
    int m, n, k;
    int64_t c_row;  // elements from one row of c to the next

    /** One thread per element, k in order; a and b are of the storage type, c and start of c_type. Slow and plain. */
    void multiply(CudaContext* ctx, void* c, int64_t c_type, int64_t storage, const void* start) const {
        if (m == 0 || n == 0 || k == 0) return;
        with_storage(storage, [&](auto type) {
            using T = typename decltype(type)::type;
            const Operand<T> op_a{static_cast<const T*>(a), transpose_a ? 1 : k, transpose_a ? m : 1};
            const Operand<T> op_b{static_cast<const T*>(b), transpose_b ? 1 : n, transpose_b ? k : 1};
            with_storage(c_type, [&](auto of_c) {
                using C = typename decltype(of_c)::type;
                CATRL_LAUNCH(ctx, blocks_for(int64_t{m} * n, THREADS, INT32_MAX), THREADS, 0,
                             (plain_product_kernel<C, T>), static_cast<C*>(c), static_cast<const C*>(start), c_row,
                             op_a, op_b, ProductShape{m, n, k});
            });
        });
    }
};

}  // namespace

namespace ops {

/* products read the weight as it is */
int64_t packed_length(catrl_context*, int, int) { return 0; }

void pack(catrl_context*, void*, const void*, const catrl_product*) { }

void linear(catrl_context* context, void* y, const void* x, const catrl_linear* linear) {
    const catrl_product& shape = linear->shape;
    const PlainProduct product{x, false, linear->packed, true, static_cast<int>(shape.m), static_cast<int>(shape.n),
                               static_cast<int>(shape.k), linear->stride};
    product.multiply(cuda(context), y, linear->y_type, shape.storage, linear->addend);
    if (linear->bias != nullptr) add_bias(context, y, linear);
}

void linear_backward_input(catrl_context* context, void* dx, const void* dy, const void* weight,
                           const catrl_product* shape, int accumulate) {
    const PlainProduct product{dy, false, weight, false, static_cast<int>(shape->m), static_cast<int>(shape->k),
                               static_cast<int>(shape->n), shape->k};
    product.multiply(cuda(context), dx, shape->storage, shape->storage, accumulate ? dx : nullptr);
}

void linear_backward_weight(catrl_context* context, float* dweight, float* dbias, const void* dy, const void* x,
                            const catrl_product* shape) {
    const PlainProduct product{dy, true, x, false, static_cast<int>(shape->n), static_cast<int>(shape->k),
                               static_cast<int>(shape->m), shape->k};
    product.multiply(cuda(context), dweight, CATRL_F32, shape->storage, dweight);
    if (dbias != nullptr) bias_backward(context, dbias, dy, shape);
}

void add_bias(catrl_context* context, void* y, const catrl_linear* linear) {
    const int n = static_cast<int>(linear->shape.n);
    const int64_t length = linear->shape.m * n;
    if (length == 0) return;
    with_storage(linear->shape.storage, [&](auto type) {
        using T = typename decltype(type)::type;
        with_storage(linear->y_type, [&](auto of_y) {
            using Y = typename decltype(of_y)::type;
            CATRL_LAUNCH(cuda(context), blocks_for(length, THREADS), THREADS, 0, (add_bias_kernel<Y, T>),
                         static_cast<Y*>(y), static_cast<const T*>(linear->bias), length, n, linear->stride);
        });
    });
}

void bias_backward(catrl_context* context, float* dbias, const void* dy, const catrl_product* shape) {
    const int m = static_cast<int>(shape->m), n = static_cast<int>(shape->n);
    if (m == 0 || n == 0) return;
    with_storage(shape->storage, [&](auto type) {
        using T = typename decltype(type)::type;
        add_column_sums(cuda(context), dbias, BiasTerm<T>{static_cast<const T*>(dy), n}, m, n);
    });
}

}  // namespace ops
}  // namespace catrl
