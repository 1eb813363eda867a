/* rope (with q/k norm, into the cache) and its backward. */
#pragma once

namespace catrl {
namespace CATRL_ISA {

/** Where the rows' keys and values live; see "Rows" in catrl_cpu.h. */
struct Layout {
    const int32_t* positions;
    const int32_t* sequence_of;
    const int32_t* block_table;
    int blocks_per_sequence;
    int heads, kv_heads, head_size;

    int fused() const { return (heads + 2 * kv_heads) * head_size; }
    int group() const { return heads / kv_heads; }

    const int32_t* blocksOf(int64_t row) const { return block_table + int64_t{sequence_of[row]} * blocks_per_sequence; }

    /** Floats before one head's piece of a block, in either cache. */
    int64_t piece(int32_t block, int kv_head) const {
        return (int64_t{block} * kv_heads + kv_head) * head_size * CATRL_CPU_BLOCK;
    }
};

/** (a, b) -> (a cos - b sin, b cos + a sin), or back. */
template <bool BACK, class Y, class X>
CATRL_INLINE void rotate(Y* y, const X* x, const float* rotary, int size) {
    int half = size / 2;
    for (int d = 0; d < half; d++) {
        float cosine = rotary[d];
        float sine = BACK ? -rotary[half + d] : rotary[half + d];
        float a = x[d];
        float b = x[half + d];
        y[d] = a * cosine - b * sine;
        y[half + d] = b * cosine + a * sine;
    }
}

/** q/k norm: its weights (or null), epsilon and offset. */
template <class T> struct HeadNorms {
    const T* query;
    const T* key;
    double epsilon;
    float offset;
};

/** rope(norm(x)) of one head; y may not be x. */
template <class Y, class T>
CATRL_INLINE void ropeHead(Y* y, const T* x, const float* rotary, const T* norm, const HeadNorms<T>& norms, int size,
                           float* scratch) {
    if (norm == nullptr) {
        rotate<false>(y, x, rotary, size);
        return;
    }
    normalise(scratch, x, norm, norms.offset, rstdOf(x, size, norms.epsilon), size);
    rotate<false>(y, scratch, rotary, size);
}

template <class T>
static void ropeRow(T* q, T* key_cache, T* value_cache, const T* qkv, const Layout& at, int64_t row,
                    const float* rotary, const HeadNorms<T>& norms, float* scratch) {
    int size = at.head_size;
    int position = at.positions[row];
    int slot = position % CATRL_CPU_BLOCK;
    int32_t block = at.blocksOf(row)[position / CATRL_CPU_BLOCK];
    const float* angles = rotary + int64_t{position} * size;
    const T* x = qkv + row * at.fused();
    for (int h = 0; h < at.heads; h++, x += size) {
        ropeHead(q + (row * at.heads + h) * size, x, angles, norms.query, norms, size, scratch);
    }
    for (int h = 0; h < at.kv_heads; h++, x += size) {
        float* key = scratch + size;
        ropeHead(key, x, angles, norms.key, norms, size, scratch);
        T* to = key_cache + at.piece(block, h) + slot;
        for (int d = 0; d < size; d++) to[d * CATRL_CPU_BLOCK] = key[d];
    }
    for (int h = 0; h < at.kv_heads; h++, x += size) {
        std::memcpy(value_cache + at.piece(block, h) + int64_t{slot} * size, x, sizeof(T) * size);
    }
}

void rope(catrl_cpu* ctx, int real, void* q, void* key_cache, void* value_cache, const void* qkv, int rows, int,
          int blocks_per_sequence, const int32_t* positions, const int32_t* sequence_of, const int32_t* block_table,
          int heads, int kv_heads, int head_size, const float* rotary, const void* query_norm, const void* key_norm,
          double epsilon, double offset) {
    Layout at{positions, sequence_of, block_table, blocks_per_sequence, heads, kv_heads, head_size};
    withReal(real, [&](auto type) {
        using T = decltype(type);
        HeadNorms<T> norms{static_cast<const T*>(query_norm), static_cast<const T*>(key_norm), epsilon,
                           static_cast<float>(offset)};
        ctx->parallel(rows, 16, [&](int64_t begin, int64_t end, int thread) {
            float* scratch = ctx->scratch(thread).floats(2 * head_size);
            for (int64_t row = begin; row < end; row++) {
                ropeRow(static_cast<T*>(q), static_cast<T*>(key_cache), static_cast<T*>(value_cache),
                        static_cast<const T*>(qkv), at, row, rotary, norms, scratch);
            }
        });
    });
}

/** The gradient of one weight vector of q/k norm: heads [first, last) of every row, in row order. */
static void normWeightBackward(catrl_cpu* ctx, float* dnorm, const float* dnormed, const float* qkv,
                               const float* rstd, int rows, const Layout& at, int first, int last) {
    int normed = at.heads + at.kv_heads;
    ctx->parallel(at.head_size, LANES, [&](int64_t begin, int64_t end, int) {
        for (int64_t row = 0; row < rows; row++) {
            for (int h = first; h < last; h++) {
                int64_t from = row * at.fused() + int64_t{h} * at.head_size;
                float scale = rstd[row * normed + h];
                for (int64_t d = begin; d < end; d++) dnorm[d] += dnormed[from + d] * qkv[from + d] * scale;
            }
        }
    });
}

/** In place: from the gradient of a normed head to that of its input. */
CATRL_INLINE void normHeadBackward(float* dx, const float* x, const float* weight, float offset, float rstd,
                                   int size) {
    float pull = rstd * rstd * dot(dx, x, weight, offset, size) / size;
    for (int d = 0; d < size; d++) dx[d] = rstd * (dx[d] * (offset + weight[d]) - x[d] * pull);
}

static void normBackward(catrl_cpu* ctx, float* dqkv, const float* qkv, int rows, const Layout& at,
                         const HeadNorms<float>& norms, float* dquery_norm, float* dkey_norm) {
    int normed = at.heads + at.kv_heads;
    int size = at.head_size;
    float* rstd = ctx->shared.floats(static_cast<size_t>(rows) * normed);
    auto eachRow = [&](auto&& body) {
        ctx->parallel(rows, 16, [&](int64_t begin, int64_t end, int) {
            for (int64_t row = begin; row < end; row++) {
                for (int h = 0; h < normed; h++) body(row * at.fused() + int64_t{h} * size, row * normed + h, h);
            }
        });
    };
    eachRow([&](int64_t from, int64_t head, int) { rstd[head] = rstdOf(qkv + from, size, norms.epsilon); });
    normWeightBackward(ctx, dquery_norm, dqkv, qkv, rstd, rows, at, 0, at.heads);
    normWeightBackward(ctx, dkey_norm, dqkv, qkv, rstd, rows, at, at.heads, normed);
    eachRow([&](int64_t from, int64_t head, int h) {
        normHeadBackward(dqkv + from, qkv + from, h < at.heads ? norms.query : norms.key, norms.offset, rstd[head],
                         size);
    });
}

static void ropeBackward(catrl_cpu* ctx, float* dqkv, const float* qkv, int rows, const Layout& at,
                         const float* rotary, const HeadNorms<float>& norms, float* dquery_norm, float* dkey_norm) {
    ctx->parallel(rows, 16, [&](int64_t begin, int64_t end, int) {
        for (int64_t row = begin; row < end; row++) {
            const float* angles = rotary + int64_t{at.positions[row]} * at.head_size;
            float* x = dqkv + row * at.fused();
            for (int h = 0; h < at.heads + at.kv_heads; h++, x += at.head_size) {
                rotate<true>(x, x, angles, at.head_size);
            }
        }
    });
    if (norms.query != nullptr) normBackward(ctx, dqkv, qkv, rows, at, norms, dquery_norm, dkey_norm);
}

void rope_backward(catrl_cpu* ctx, int real, void* dqkv, const void* qkv, int rows, int, int blocks_per_sequence,
                   const int32_t* positions, const int32_t* sequence_of, const int32_t* block_table, int heads,
                   int kv_heads, int head_size, const float* rotary, const void* query_norm, const void* key_norm,
                   float* dquery_norm, float* dkey_norm, double epsilon, double offset) {
    Layout at{positions, sequence_of, block_table, blocks_per_sequence, heads, kv_heads, head_size};
    float base = static_cast<float>(offset);
    if (real == CATRL_CPU_F32) {
        HeadNorms<float> norms{static_cast<const float*>(query_norm), static_cast<const float*>(key_norm), epsilon,
                               base};
        ropeBackward(ctx, static_cast<float*>(dqkv), static_cast<const float*>(qkv), rows, at, rotary, norms,
                     dquery_norm, dkey_norm);
        return;
    }
    int64_t size = int64_t{rows} * at.fused();
    Widened wide(ctx, 2 * size + 2 * head_size);
    float* gradient = wide.of(dqkv, size);
    HeadNorms<float> norms{wide.of(query_norm, head_size), wide.of(key_norm, head_size), epsilon, base};
    ropeBackward(ctx, gradient, query_norm == nullptr ? nullptr : wide.of(qkv, size), rows, at, rotary, norms,
                 dquery_norm, dkey_norm);
    wide.narrow(dqkv, gradient, size);
}

}  // namespace CATRL_ISA
}  // namespace catrl
