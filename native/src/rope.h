/* rope (with q/k norm, into the cache) and its backward. */
#pragma once

namespace catrl {
namespace CATRL_ISA {

/** Where the rows' keys and values live: catrl_rows and catrl_heads at hand. */
struct Layout {
    explicit Layout(const catrl_attention& attended) : Layout(attended.rows, attended.heads) { }

    Layout(const catrl_rows& paged, const catrl_heads& shape)
        : rows(static_cast<int>(paged.count)), positions(paged.positions), sequence_of(paged.sequence_of),
          block_table(paged.block_table), blocks_per_sequence(static_cast<int>(paged.blocks_per_sequence)),
          heads(static_cast<int>(shape.query)), kv_heads(static_cast<int>(shape.key_value)),
          head_size(static_cast<int>(shape.size)) { }

    int rows;
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
        return (int64_t{block} * kv_heads + kv_head) * head_size * CATRL_BLOCK;
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
    HeadNorms(const T* query, const T* key, const catrl_rotation& rotation)
        : query(query), key(key), epsilon(rotation.epsilon), offset(static_cast<float>(rotation.offset)) { }

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
static void ropeRow(T* q, const catrl_cache& cache, const T* qkv, const Layout& layout, int64_t row,
                    const float* rotary, const HeadNorms<T>& norms, float* scratch) {
    int size = layout.head_size;
    int position = layout.positions[row];
    int slot = position % CATRL_BLOCK;
    int32_t block = layout.blocksOf(row)[position / CATRL_BLOCK];
    const float* angles = rotary + int64_t{position} * size;
    const T* x = qkv + row * layout.fused();
    for (int h = 0; h < layout.heads; h++, x += size) {
        ropeHead(q + (row * layout.heads + h) * size, x, angles, norms.query, norms, size, scratch);
    }
    for (int h = 0; h < layout.kv_heads; h++, x += size) {
        float* key = scratch + size;
        ropeHead(key, x, angles, norms.key, norms, size, scratch);
        T* to = static_cast<T*>(cache.keys) + layout.piece(block, h) + slot;
        for (int d = 0; d < size; d++) to[d * CATRL_BLOCK] = key[d];
    }
    for (int h = 0; h < layout.kv_heads; h++, x += size) {
        T* to = static_cast<T*>(cache.values) + layout.piece(block, h) + int64_t{slot} * size;
        std::memcpy(to, x, sizeof(T) * size);
    }
}

void rope(catrl_context* context, void* q, const void* qkv, const catrl_attention* attended,
          const catrl_rotation* rotation) {
    CpuContext* ctx = cpu(context);
    const Layout layout(*attended);
    withStorage(attended->storage, [&](auto type) {
        using T = decltype(type);
        HeadNorms<T> norms(static_cast<const T*>(rotation->query_norm), static_cast<const T*>(rotation->key_norm),
                           *rotation);
        ctx->parallel(layout.rows, 16, [&](int64_t begin, int64_t end, int thread) {
            float* scratch = ctx->scratch(thread).floats(2 * layout.head_size);
            for (int64_t row = begin; row < end; row++) {
                ropeRow(static_cast<T*>(q), attended->cache, static_cast<const T*>(qkv), layout, row, rotation->rotary,
                        norms, scratch);
            }
        });
    });
}

/** The gradient of one weight vector of q/k norm: heads [first, last) of every row, in row order. */
static void normWeightBackward(CpuContext* ctx, float* dnorm, const float* dnormed, const float* qkv,
                               const float* rstd, const Layout& layout, int first, int last) {
    int normed = layout.heads + layout.kv_heads;
    ctx->parallel(layout.head_size, LANES, [&](int64_t begin, int64_t end, int) {
        for (int64_t row = 0; row < layout.rows; row++) {
            for (int h = first; h < last; h++) {
                int64_t from = row * layout.fused() + int64_t{h} * layout.head_size;
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

static void normBackward(CpuContext* ctx, float* dqkv, const float* qkv, float* dquery_norm, float* dkey_norm,
                         const Layout& layout, const HeadNorms<float>& norms) {
    int normed = layout.heads + layout.kv_heads;
    int size = layout.head_size;
    float* rstd = ctx->shared.floats(static_cast<size_t>(layout.rows) * normed);
    auto eachRow = [&](auto&& body) {
        ctx->parallel(layout.rows, 16, [&](int64_t begin, int64_t end, int) {
            for (int64_t row = begin; row < end; row++) {
                for (int h = 0; h < normed; h++) body(row * layout.fused() + int64_t{h} * size, row * normed + h, h);
            }
        });
    };
    eachRow([&](int64_t from, int64_t head, int) { rstd[head] = rstdOf(qkv + from, size, norms.epsilon); });
    normWeightBackward(ctx, dquery_norm, dqkv, qkv, rstd, layout, 0, layout.heads);
    normWeightBackward(ctx, dkey_norm, dqkv, qkv, rstd, layout, layout.heads, normed);
    eachRow([&](int64_t from, int64_t head, int h) {
        normHeadBackward(dqkv + from, qkv + from, h < layout.heads ? norms.query : norms.key, norms.offset, rstd[head],
                         size);
    });
}

static void ropeBackward(CpuContext* ctx, float* dqkv, const float* qkv, float* dquery_norm, float* dkey_norm,
                         const Layout& layout, const float* rotary, const HeadNorms<float>& norms) {
    ctx->parallel(layout.rows, 16, [&](int64_t begin, int64_t end, int) {
        for (int64_t row = begin; row < end; row++) {
            const float* angles = rotary + int64_t{layout.positions[row]} * layout.head_size;
            float* x = dqkv + row * layout.fused();
            for (int h = 0; h < layout.heads + layout.kv_heads; h++, x += layout.head_size) {
                rotate<true>(x, x, angles, layout.head_size);
            }
        }
    });
    if (norms.query != nullptr) normBackward(ctx, dqkv, qkv, dquery_norm, dkey_norm, layout, norms);
}

void rope_backward(catrl_context* context, void* dqkv, const void* qkv, float* dquery_norm, float* dkey_norm,
                   const catrl_attention* attended, const catrl_rotation* rotation) {
    CpuContext* ctx = cpu(context);
    const Layout layout(*attended);
    if (attended->storage == CATRL_F32) {
        HeadNorms<float> norms(static_cast<const float*>(rotation->query_norm),
                               static_cast<const float*>(rotation->key_norm), *rotation);
        ropeBackward(ctx, static_cast<float*>(dqkv), static_cast<const float*>(qkv), dquery_norm, dkey_norm, layout,
                     rotation->rotary, norms);
        return;
    }
    int64_t size = int64_t{layout.rows} * layout.fused();
    Widened wide(ctx, 2 * size + 2 * layout.head_size);
    float* gradient = wide.of(dqkv, size);
    const float* query_norm = wide.of(rotation->query_norm, layout.head_size);
    HeadNorms<float> norms(query_norm, wide.of(rotation->key_norm, layout.head_size), *rotation);
    ropeBackward(ctx, gradient, query_norm == nullptr ? nullptr : wide.of(qkv, size), dquery_norm, dkey_norm, layout,
                 rotation->rotary, norms);
    wide.narrow(dqkv, gradient, size);
}

}  // namespace CATRL_ISA
}  // namespace catrl
