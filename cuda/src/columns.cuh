// Sums over rows, column by column: in chunks of CHUNK_ROWS rows, which then meet in order, so that many blocks work
// and the order is fixed. The first chunk starts at the first row of the call.
#pragma once

#include "device.cuh"

namespace catrl {

constexpr int CHUNK_ROWS = 64;
constexpr int COLUMN_THREADS = 128;

inline int row_chunks(int n) { return (n + CHUNK_ROWS - 1) / CHUNK_ROWS; }

/** sums[chunk, j] = the sum over the chunk's rows i of term(i, j). */
template <class Term> __global__ void chunk_sums_kernel(float* sums, Term term, int n, int c) {
    const int j = blockIdx.x * COLUMN_THREADS + threadIdx.x;
    if (j >= c) return;
    const int from = blockIdx.y * CHUNK_ROWS;
    const int to = min(n, from + CHUNK_ROWS);
    float sum = 0;
#pragma unroll 8
    for (int i = from; i < to; i++) sum += term(i, j);
    sums[int64_t{blockIdx.y} * c + j] = sum;
}

/** out[j] += the chunks' sums, in order. */
static __global__ void add_chunks_kernel(float* out, const float* sums, int chunks, int c) {
    const int j = blockIdx.x * COLUMN_THREADS + threadIdx.x;
    if (j >= c) return;
    float sum = 0;
    for (int chunk = 0; chunk < chunks; chunk++) sum += sums[int64_t{chunk} * c + j];
    out[j] += sum;
}

/** out[c] += the sum over rows i of term(i, j). */
template <class Term> void add_column_sums(CudaContext* ctx, float* out, Term term, int n, int c) {
    const int chunks = row_chunks(n);
    float* sums = static_cast<float*>(ctx->scratch(sizeof(float) * chunks * c));
    const dim3 grid(blocks_for(c, COLUMN_THREADS), chunks);
    CATRL_LAUNCH(ctx, grid, COLUMN_THREADS, 0, (chunk_sums_kernel<Term>), sums, term, n, c);
    CATRL_LAUNCH(ctx, grid.x, COLUMN_THREADS, 0, (add_chunks_kernel), out, sums, chunks, c);
}

}  // namespace catrl
