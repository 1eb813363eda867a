// embed and its backward.
#include "device.cuh"

namespace catrl {
namespace {

constexpr int THREADS = 256;

template <class T>
__global__ void embed_kernel(T* y, const T* table, const int32_t* ids, int c, int v, unsigned long long* fault) {
    const int row = blockIdx.x, id = ids[row];
    const bool there = id >= 0 && id < v;
    if (!there && threadIdx.x == 0) report(fault, FaultKind::EMBED_ID, row, id);
    for (int j = threadIdx.x; j < c; j += THREADS) {
        y[int64_t{row} * c + j] = there ? table[int64_t{id} * c + j] : from_float<T>(0);
    }
}

/** Columns whose sums a thread holds while it walks the rows. */
constexpr int COLUMNS = 8;

/**
 * A block for each row. That of an id's first row walks the id's rows in order, the others leave: so every sum is one
 * chain in row order, from the stored value. The rows are looked through THREADS at a time.
 */
template <class Table, class T>
__global__ void embed_backward_kernel(Table* table, const T* dy, const int32_t* ids, int n, int c, int v,
                                      unsigned long long* fault) {
    const int row = blockIdx.x, id = ids[row];
    if (id < 0 || id >= v) {
        if (threadIdx.x == 0) report(fault, FaultKind::EMBED_ID, row, id);
        return;
    }
    __shared__ unsigned matches[THREADS / WARP];
    for (int column = threadIdx.x; column - static_cast<int>(threadIdx.x) < c; column += COLUMNS * THREADS) {
        Table* to = table + int64_t{id} * c;
        float sums[COLUMNS];
#pragma unroll
        for (int k = 0; k < COLUMNS; k++) {
            const int j = column + k * THREADS;
            sums[k] = j < c ? to_float(to[j]) : 0;
        }
        for (int from = 0; from < n; from += THREADS) {
            const int candidate = from + threadIdx.x;
            const unsigned found = __ballot_sync(ALL_LANES, candidate < n && ids[candidate] == id);
            __syncthreads();  // the matches before these have been read
            if (threadIdx.x % WARP == 0) matches[threadIdx.x / WARP] = found;
            __syncthreads();
            for (int warp = 0; warp < THREADS / WARP; warp++) {
                for (unsigned left = matches[warp]; left != 0; left &= left - 1) {
                    const int i = from + warp * WARP + __ffs(left) - 1;
                    if (i < row) return;  // an earlier row's block does it
#pragma unroll
                    for (int k = 0; k < COLUMNS; k++) {
                        const int j = column + k * THREADS;
                        if (j < c) sums[k] += to_float(dy[int64_t{i} * c + j]);
                    }
                }
            }
        }
#pragma unroll
        for (int k = 0; k < COLUMNS; k++) {
            const int j = column + k * THREADS;
            if (j < c) to[j] = from_float<Table>(sums[k]);
        }
    }
}

}  // namespace

namespace ops {

void embed(catrl_context* context, void* y, const void* table, const catrl_picks* picks) {
    CudaContext* ctx = cuda(context);
    if (picks->n == 0 || picks->c == 0) return;
    with_storage(picks->storage, [&](auto type) {
        using T = typename decltype(type)::type;
        CATRL_LAUNCH(ctx, static_cast<unsigned>(picks->n), THREADS, 0, (embed_kernel<T>), static_cast<T*>(y),
                     static_cast<const T*>(table), picks->ids, static_cast<int>(picks->c), static_cast<int>(picks->v),
                     ctx->fault);
    });
}

void embed_backward(catrl_context* context, void* dtable, const void* dy, const catrl_picks* picks) {
    CudaContext* ctx = cuda(context);
    const int n = static_cast<int>(picks->n), c = static_cast<int>(picks->c), v = static_cast<int>(picks->v);
    if (n == 0 || c == 0) return;
    with_storage(picks->storage, [&](auto type) {
        using T = typename decltype(type)::type;
        with_storage(picks->table_type, [&](auto of_table) {
            using Table = typename decltype(of_table)::type;
            CATRL_LAUNCH(ctx, n, THREADS, 0, (embed_backward_kernel<Table, T>), static_cast<Table*>(dtable),
                         static_cast<const T*>(dy), picks->ids, n, c, v, ctx->fault);
        });
    });
}

}  // namespace ops
}  // namespace catrl
