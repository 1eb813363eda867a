// rope (with q/k norm, into the cache) and its backward.
#include "attention.cuh"

namespace catrl {
namespace {

constexpr int WARPS = 4;
constexpr int THREADS = WARPS * WARP;
constexpr int MOST_HEAD_SIZE = 256;
/** Elements of a head that one lane holds. */
constexpr int LANE_ITEMS = MOST_HEAD_SIZE / WARP;
/** Rows whose gradients of the norms one block sums. */
constexpr int CHUNK_ROWS = 32;

/** What rope does to a head, its norms of their storage type; see catrl_rotation. */
template <class T> struct Rotation {
    explicit Rotation(const catrl_rotation& rotation)
        : rotary(rotation.rotary), query_norm(static_cast<const T*>(rotation.query_norm)),
          key_norm(static_cast<const T*>(rotation.key_norm)), epsilon(rotation.epsilon),
          offset(static_cast<float>(rotation.offset)) { }

    const float* rotary;
    const T *query_norm, *key_norm;
    double epsilon;
    float offset;
};

/** 1 / sqrt(mean(x^2) + epsilon) of one head, by a warp. */
template <class T> __device__ __forceinline__ float rstd_of(const T* x, int size, double epsilon) {
    float squares = 0;
    for (int d = threadIdx.x % WARP; d < size; d += WARP) squares = fmaf(to_float(x[d]), to_float(x[d]), squares);
    squares = warp_reduce(squares, Sum());
    return static_cast<float>(1 / sqrt(static_cast<double>(squares) / size + epsilon));
}

/** A warp for each row and head of q, k and v. */
template <class T>
__global__ void rope_kernel(T* q, T* key_cache, T* value_cache, const T* qkv, CacheRows rows, HeadShape heads,
                            Rotation<T> rotation) {
    const int64_t item = int64_t{blockIdx.x} * WARPS + threadIdx.x / WARP;
    if (item >= int64_t{rows.count} * heads.fused()) return;
    const int row = static_cast<int>(item / heads.fused()), head = static_cast<int>(item % heads.fused());
    const int lane = threadIdx.x % WARP, size = heads.size, half = size / 2, position = rows.positions[row];
    const T* x = qkv + item * size;
    const int kv_head = (head - heads.query) % heads.key_value;
    if (head >= heads.query + heads.key_value) {
        T* to = value_cache + rows.slot(row, position, kv_head, heads.key_value) * size;
        for (int d = lane; d < size; d += WARP) to[d] = x[d];
        return;
    }
    const bool query = head < heads.query;
    const T* norm = query ? rotation.query_norm : rotation.key_norm;
    T* to = query ? q + (int64_t{row} * heads.query + head) * size
                  : key_cache + rows.slot(row, position, kv_head, heads.key_value) * size;
    const float scale = norm == nullptr ? 1 : rstd_of(x, size, rotation.epsilon);
    const float* angles = rotation.rotary + int64_t{position} * size;
    for (int d = lane; d < half; d += WARP) {
        float a = to_float(x[d]), b = to_float(x[half + d]);
        if (norm != nullptr) {
            a = a * scale * (rotation.offset + to_float(norm[d]));
            b = b * scale * (rotation.offset + to_float(norm[half + d]));
        }
        const float cosine = angles[d], sine = angles[half + d];
        to[d] = from_float<T>(a * cosine - b * sine);
        to[half + d] = from_float<T>(b * cosine + a * sine);
    }
}

/**
 * A block for each CHUNK_ROWS rows, a warp for each of its rows and heads in turn. sums[chunk, q or k, d] = what the
 * chunk adds to the norms' gradients.
 */
template <class T>
__global__ void rope_backward_kernel(T* dqkv, float* sums, const T* qkv, CacheRows rows, HeadShape heads,
                                     Rotation<T> rotation) {
    __shared__ float met[2][WARPS][MOST_HEAD_SIZE];
    const int lane = threadIdx.x % WARP, warp = threadIdx.x / WARP, size = heads.size, half = size / 2;
    const int rotated = heads.query + heads.key_value;
    const int from = blockIdx.x * CHUNK_ROWS, to = min(rows.count, from + CHUNK_ROWS);
    float norm_sums[2][LANE_ITEMS] = {};
    for (int64_t item = int64_t{from} * rotated + warp; item < int64_t{to} * rotated; item += WARPS) {
        const int row = static_cast<int>(item / rotated), head = static_cast<int>(item % rotated);
        const bool query = head < heads.query;
        const T* norm = query ? rotation.query_norm : rotation.key_norm;
        const int64_t head_start = (int64_t{row} * heads.fused() + head) * size;
        const float* angles = rotation.rotary + int64_t{rows.positions[row]} * size;
        /* lane l holds elements l, l + 32, ...; both halves of a pair are read from memory */
        float gradient[LANE_ITEMS];
        float product = 0;
#pragma unroll
        for (int i = 0; i < LANE_ITEMS; i++) {
            const int d = lane + i * WARP;
            gradient[i] = 0;
            if (d >= size) continue;
            const int pair = d < half ? d : d - half;
            const float a = to_float(dqkv[head_start + pair]), b = to_float(dqkv[head_start + half + pair]);
            const float cosine = angles[pair], sine = angles[half + pair];
            gradient[i] = d < half ? a * cosine + b * sine : b * cosine - a * sine;
            if (norm == nullptr) continue;
            product = fmaf(gradient[i] * (rotation.offset + to_float(norm[d])), to_float(qkv[head_start + d]), product);
        }
        __syncwarp();  // all of the head has been read
        float scale = 1, pull = 0;
        if (norm != nullptr) {
            scale = rstd_of(qkv + head_start, size, rotation.epsilon);
            pull = scale * scale * warp_reduce(product, Sum()) / size;
        }
#pragma unroll
        for (int i = 0; i < LANE_ITEMS; i++) {
            const int d = lane + i * WARP;
            if (d >= size) continue;
            float change = gradient[i];
            if (norm != nullptr) {
                const float x = to_float(qkv[head_start + d]);
                change = scale * (gradient[i] * (rotation.offset + to_float(norm[d])) - x * pull);
                const float weight = gradient[i] * x * scale;
                norm_sums[0][i] += query ? weight : 0;
                norm_sums[1][i] += query ? 0 : weight;
            }
            dqkv[head_start + d] = from_float<T>(change);
        }
    }
    if (rotation.query_norm == nullptr) return;
#pragma unroll
    for (int i = 0; i < LANE_ITEMS; i++) {
        met[0][warp][lane + i * WARP] = norm_sums[0][i];
        met[1][warp][lane + i * WARP] = norm_sums[1][i];
    }
    __syncthreads();
    for (int i = threadIdx.x; i < 2 * size; i += THREADS) {
        float sum = 0;
        for (int w = 0; w < WARPS; w++) sum += met[i / size][w][i % size];
        sums[int64_t{blockIdx.x} * 2 * size + i] = sum;
    }
}

/** The chunks' sums, in order. */
__global__ void norm_sums_kernel(float* dquery_norm, float* dkey_norm, const float* sums, int chunks, int size) {
    const int i = blockIdx.x * THREADS + threadIdx.x;
    if (i >= 2 * size) return;
    float sum = 0;
    for (int chunk = 0; chunk < chunks; chunk++) sum += sums[int64_t{chunk} * 2 * size + i];
    (i < size ? dquery_norm[i] : dkey_norm[i - size]) += sum;
}

}  // namespace

namespace ops {

void rope(catrl_context* context, void* q, const void* qkv, const catrl_attention* attention,
          const catrl_rotation* rotation) {
    if (attention->rows.count == 0) return;
    const CacheRows rows(attention->rows);
    const HeadShape heads(attention->heads);
    with_storage(attention->storage, [&](auto type) {
        using T = typename decltype(type)::type;
        CATRL_LAUNCH(cuda(context), blocks_for(int64_t{rows.count} * heads.fused(), WARPS, INT32_MAX), THREADS, 0,
                     (rope_kernel<T>), static_cast<T*>(q), static_cast<T*>(attention->cache.keys),
                     static_cast<T*>(attention->cache.values), static_cast<const T*>(qkv), rows, heads,
                     Rotation<T>(*rotation));
    });
}

void rope_backward(catrl_context* context, void* dqkv, const void* qkv, float* dquery_norm, float* dkey_norm,
                   const catrl_attention* attention, const catrl_rotation* rotation) {
    CudaContext* ctx = cuda(context);
    if (attention->rows.count == 0) return;
    const CacheRows rows(attention->rows);
    const HeadShape heads(attention->heads);
    if (heads.size > MOST_HEAD_SIZE) fail("rope: head size %d; at most %d", heads.size, MOST_HEAD_SIZE);
    const int chunks = (rows.count + CHUNK_ROWS - 1) / CHUNK_ROWS;
    float* sums = static_cast<float*>(ctx->scratch(sizeof(float) * chunks * 2 * heads.size));
    with_storage(attention->storage, [&](auto type) {
        using T = typename decltype(type)::type;
        CATRL_LAUNCH(ctx, chunks, THREADS, 0, (rope_backward_kernel<T>), static_cast<T*>(dqkv), sums,
                     static_cast<const T*>(qkv), rows, heads, Rotation<T>(*rotation));
    });
    if (rotation->query_norm == nullptr) return;
    CATRL_LAUNCH(ctx, blocks_for(2 * heads.size, THREADS), THREADS, 0, (norm_sums_kernel), dquery_norm, dkey_norm, sums,
                 chunks, heads.size);
}

}  // namespace ops
}  // namespace catrl
