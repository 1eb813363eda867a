/* embed and its backward. */
#pragma once

namespace catrl {
namespace CATRL_ISA {

static void checkIds(const int32_t* ids, int n, int v) {
    for (int i = 0; i < n; i++) {
        if (ids[i] < 0 || ids[i] >= v) fail("embed: ids[%d] is %d, outside [0, %d)", i, ids[i], v);
    }
}

void embed(catrl_cpu* ctx, float* y, const float* table, const int32_t* ids, int n, int c, int v) {
    checkIds(ids, n, v);
    ctx->parallel(n, 64, [&](int64_t begin, int64_t end, int) {
        for (int64_t i = begin; i < end; i++) std::memcpy(y + i * c, table + int64_t{ids[i]} * c, sizeof(float) * c);
    });
}

/** A thread owns columns, not rows: so every sum runs in row order. */
void embed_backward(catrl_cpu* ctx, float* dtable, const float* dy, const int32_t* ids, int n, int c, int v) {
    checkIds(ids, n, v);
    ctx->parallel(c, 64, [&](int64_t begin, int64_t end, int) {
        for (int64_t i = 0; i < n; i++) {
            float* to = dtable + int64_t{ids[i]} * c;
            const float* from = dy + i * c;
            for (int64_t j = begin; j < end; j++) to[j] += from[j];
        }
    });
}

}  // namespace CATRL_ISA
}  // namespace catrl
