/* embed and its backward. */
#pragma once

namespace catrl {
namespace CATRL_ISA {

static void checkIds(const catrl_picks& picks) {
    int v = static_cast<int>(picks.v);
    for (int i = 0; i < picks.n; i++) {
        int32_t id = picks.ids[i];
        if (id < 0 || id >= v) fail("embed: ids[%d] is %d, outside [0, %d)", i, id, v);
    }
}

void embed(catrl_context* context, void* y, const void* table, const catrl_picks* picks) {
    checkIds(*picks);
    int64_t bytes = picks->c * static_cast<int64_t>(picks->storage == CATRL_BF16 ? sizeof(Bf16) : sizeof(float));
    cpu(context)->parallel(picks->n, 64, [&](int64_t begin, int64_t end, int) {
        for (int64_t i = begin; i < end; i++) {
            const char* row = static_cast<const char*>(table) + picks->ids[i] * bytes;
            std::memcpy(static_cast<char*>(y) + i * bytes, row, bytes);
        }
    });
}

/** A thread owns columns, not rows: so every sum runs in row order. */
template <class Table, class T>
static void addRows(CpuContext* ctx, Table* dtable, const T* dy, const int32_t* ids, int n, int c) {
    ctx->parallel(c, 64, [&](int64_t begin, int64_t end, int) {
        for (int64_t i = 0; i < n; i++) {
            Table* to = dtable + int64_t{ids[i]} * c;
            const T* from = dy + i * c;
            for (int64_t j = begin; j < end; j++) to[j] = to[j] + from[j];
        }
    });
}

void embed_backward(catrl_context* context, void* dtable, const void* dy, const catrl_picks* picks) {
    checkIds(*picks);
    withStorage(picks->table_type, [&](auto table) {
        withStorage(picks->storage, [&](auto type) {
            addRows(cpu(context), static_cast<decltype(table)*>(dtable), static_cast<const decltype(type)*>(dy),
                    picks->ids, static_cast<int>(picks->n), static_cast<int>(picks->c));
        });
    });
}

}  // namespace CATRL_ISA
}  // namespace catrl
