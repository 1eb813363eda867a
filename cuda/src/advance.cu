// advance: one token of every row that is still decoding.
#include "device.cuh"

namespace catrl {
namespace {

constexpr int THREADS = 128;

__global__ void advance_kernel(catrl_decoding books, const int32_t* ids, const float* logp, unsigned long long* fault) {
    const int rows = static_cast<int>(books.count);
    const int r = blockIdx.x * blockDim.x + threadIdx.x;
    if (r >= rows || books.left[r] <= 0) return;
    const int taken = books.taken[r];
    if (taken < 0 || taken >= books.capacity) {
        report(fault, FaultKind::ADVANCE_FULL, r, taken);
        return;
    }
    const int id = ids[r];
    books.recorded_ids[int64_t{taken} * rows + r] = id;
    books.recorded_logp[int64_t{taken} * rows + r] = logp[r];
    books.taken[r] = taken + 1;
    int remaining = books.left[r] - 1;
    for (int i = books.stop_from[r]; i < books.stop_from[r + 1]; i++) {
        remaining = books.stops[i] == id ? 0 : remaining;
    }
    books.left[r] = remaining;
    if (remaining == 0) return;
    books.input_ids[r] = id;
    books.positions[r]++;
    books.counters[4 * int64_t{r} + 3]++;
}

}  // namespace

namespace ops {

void advance(catrl_context* context, const catrl_decoding* books, const int32_t* ids, const float* logp) {
    CudaContext* ctx = cuda(context);
    if (books->count == 0) return;
    CATRL_LAUNCH(ctx, blocks_for(books->count, THREADS), THREADS, 0, (advance_kernel), *books, ids, logp, ctx->fault);
}

}  // namespace ops
}  // namespace catrl
