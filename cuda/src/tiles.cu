// Query tiles: which consecutive rows of one sequence a block of attention works on.
#include "attention.cuh"

namespace catrl {
namespace {

constexpr int THREADS = 1024;

__device__ bool starts_tile(const CacheRows& rows, int row, int tile_rows) {
    return row == 0 || rows.sequence_of[row - 1] != rows.sequence_of[row] || rows.positions[row] % tile_rows == 0;
}

/** One block. A thread looks at neighbouring rows; a scan over the threads' counts tells where its tiles go. */
__global__ void tiles_kernel(Tile* list, int* count, CacheRows rows, int tile_rows) {
    __shared__ int before[THREADS];
    const int each = (rows.count + THREADS - 1) / THREADS;
    const int from = min(rows.count, static_cast<int>(threadIdx.x) * each);
    const int to = min(rows.count, from + each);
    int starts = 0;
    for (int row = from; row < to; row++) starts += starts_tile(rows, row, tile_rows);
    before[threadIdx.x] = starts;
    __syncthreads();
    for (int distance = 1; distance < THREADS; distance *= 2) {
        const int left = static_cast<int>(threadIdx.x) >= distance ? before[threadIdx.x - distance] : 0;
        __syncthreads();
        before[threadIdx.x] += left;
        __syncthreads();
    }
    const int all = before[THREADS - 1];
    int tile = before[threadIdx.x] - starts;
    for (int row = from; row < to; row++) {
        if (starts_tile(rows, row, tile_rows)) list[tile++].row = row;
    }
    __syncthreads();
    for (int i = threadIdx.x; i < all; i += THREADS) {
        list[i].count = (i + 1 < all ? list[i + 1].row : rows.count) - list[i].row;
    }
    if (threadIdx.x == 0) *count = all;
}

}  // namespace

Tiles list_tiles(CudaContext* ctx, void* memory, const CacheRows& rows, int tile_rows) {
    Tile* list = static_cast<Tile*>(memory);
    int* count = reinterpret_cast<int*>(list + most_tiles(rows, tile_rows));
    CATRL_LAUNCH(ctx, 1, THREADS, 0, (tiles_kernel), list, count, rows, tile_rows);
    return {count, list};
}

}  // namespace catrl
