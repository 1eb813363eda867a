/* embed and its backward. */
#pragma once

namespace catrl {
namespace CATRL_ISA {

static void checkIds(const int32_t* ids, int n, int v) {
    for (int i = 0; i < n; i++) {
        if (ids[i] < 0 || ids[i] >= v) fail("embed: ids[%d] is %d, outside [0, %d)", i, ids[i], v);
    }
}

void embed(catrl_cpu* ctx, int real, void* y, const void* table, const int32_t* ids, int n, int c, int v) {
    checkIds(ids, n, v);
    int64_t bytes = int64_t{c} * (real == CATRL_CPU_BF16 ? sizeof(Bf16) : sizeof(float));
    ctx->parallel(n, 64, [&](int64_t begin, int64_t end, int) {
        for (int64_t i = begin; i < end; i++) {
            std::memcpy(static_cast<char*>(y) + i * bytes, static_cast<const char*>(table) + ids[i] * bytes, bytes);
        }
    });
}

/** A thread owns columns, not rows: so every sum runs in row order. */
template <class Table, class T>
static void addRows(catrl_cpu* ctx, Table* dtable, const T* dy, const int32_t* ids, int n, int c) {
    ctx->parallel(c, 64, [&](int64_t begin, int64_t end, int) {
        for (int64_t i = 0; i < n; i++) {
            Table* to = dtable + int64_t{ids[i]} * c;
            const T* from = dy + i * c;
            for (int64_t j = begin; j < end; j++) to[j] = to[j] + from[j];
        }
    });
}

void embed_backward(catrl_cpu* ctx, int real, void* dtable, int table_type, const void* dy, const int32_t* ids, int n,
                    int c, int v) {
    checkIds(ids, n, v);
    withReal(table_type, [&](auto table) {
        withReal(real, [&](auto type) {
            addRows(ctx, static_cast<decltype(table)*>(dtable), static_cast<const decltype(type)*>(dy), ids, n, c);
        });
    });
}

}  // namespace CATRL_ISA
}  // namespace catrl
