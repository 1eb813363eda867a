// attention and its backward without tensor cores, for fp32 and for head sizes that the others do not take. In the
// manner of FlashAttention 2 (Dao 2023): tiles in shared memory, online softmax over fixed key tiles in ascending
// order, recomputation backward. A row's bits depend on its own query and keys only.
//
// A warp works on ROWS_PER_WARP queries at a time: for the scores a lane holds a key of the tile, for what is summed
// over keys it holds columns lane, lane + 32, ... of the head.
#include "attention.cuh"

namespace catrl {
namespace {

constexpr int WARPS = 4;
constexpr int THREADS = WARPS * WARP;
/** Least blocks on a multiprocessor: without it the compiler guesses more, and spills. */
constexpr int RESIDENT = 2;
constexpr int KEYS = WARP;
constexpr int ROWS_PER_WARP = 4;
constexpr int QUERIES = WARPS * ROWS_PER_WARP;

/** Floats from one row to the next in shared memory: odd, so that 32 rows' elements lie in different banks. */
__host__ __device__ constexpr int stride_of(int size) { return size + 1; }

struct Scores {
    float score[QUERIES][KEYS];
};

/** Copies rows of a head; row(i) is where row i lies, or nullptr: zeros. */
template <class Row> __device__ void load_rows(float* to, int rows, int size, Row&& row) {
    for (int i = threadIdx.x; i < rows * size; i += THREADS) {
        const auto* from = row(i / size);
        to[i / size * stride_of(size) + i % size] = from == nullptr ? 0 : to_float(from[i % size]);
    }
}

/** products[r] = row r of the warp's rows of a times the lane's row of b. */
__device__ __forceinline__ void rows_by_lane(float (&products)[ROWS_PER_WARP], const float* a, const float* b,
                                             int size) {
    const float* lane = b + threadIdx.x % WARP * stride_of(size);
#pragma unroll
    for (float& product : products) product = 0;
    for (int d = 0; d < size; d++) {
        const float x = lane[d];
#pragma unroll
        for (int r = 0; r < ROWS_PER_WARP; r++) products[r] = fmaf(a[r * stride_of(size) + d], x, products[r]);
    }
}

__device__ __forceinline__ bool sees(int query, int key, int window) {
    return key <= query && (window == 0 || key > query - window);
}

/** What every kernel reads; see AttentionCall. */
template <class T> struct Attended {
    Attended(const AttentionCall& call, const T* q)
        : q(q), keys(static_cast<const T*>(call.keys)), values(static_cast<const T*>(call.values)), rows(call.rows),
          heads(call.heads), scale(call.scale), window(call.window) { }

    const T *q, *keys, *values;
    CacheRows rows;
    HeadShape heads;
    float scale;
    int window;
};

/** What backward reads besides: delta[row, head] = dout . o. */
template <class T> struct Recorded {
    const T* dout;
    const float *lse, *delta;
};

/** Where a tile's rows, or a range of a sequence's keys, lie. */
template <class T> struct Places {
    CacheRows rows;
    HeadShape heads;
    Tile tile;
    int first;  // position of the tile's first row

    __device__ int last() const { return first + tile.count - 1; }

    /** Row i of the tile in a matrix of the query heads. */
    __device__ auto query_rows(const T* matrix, int head) const {
        const Places places = *this;
        return [=](int i) {
            const int64_t head_of_row = (places.tile.row + i) * int64_t{places.heads.query} + head;
            return i < places.tile.count ? matrix + head_of_row * places.heads.size : nullptr;
        };
    }

    /** The key at position from + i, up to position to. */
    __device__ auto keys(const T* cache, int from, int to, int kv_head) const {
        const Places places = *this;
        return [=](int i) {
            return from + i <= to ? cache + places.rows.slot(places.tile.row, from + i, kv_head, places.heads.key_value)
                                                * places.heads.size
                                  : nullptr;
        };
    }
};

/* ---- forward ---------------------------------------------------------------------------------------------------- */

/** COLUMNS: of a head, per lane. */
template <class T, int COLUMNS>
__global__ __launch_bounds__(THREADS, RESIDENT) void forward_kernel(T* o, float* lse, Attended<T> attended,
                                                                    Tiles tiles) {
    if (static_cast<int>(blockIdx.x) >= *tiles.count) return;
    const Tile tile = tiles.list[blockIdx.x];
    const CacheRows& rows = attended.rows;
    const HeadShape& heads = attended.heads;
    const int window = attended.window;
    const Places<T> places{rows, heads, tile, rows.positions[tile.row]};
    const int head = blockIdx.y, kv_head = head / heads.group(), size = heads.size, stride = stride_of(size);
    const int lane = threadIdx.x % WARP, warp_row = threadIdx.x / WARP * ROWS_PER_WARP;
    CATRL_SHARED(float, q_tile);
    float* k_tile = q_tile + QUERIES * stride;
    float* v_tile = k_tile + KEYS * stride;
    Scores& weights = *reinterpret_cast<Scores*>(v_tile + KEYS * stride);
    load_rows(q_tile, QUERIES, size, places.query_rows(attended.q, head));
    float row_max[ROWS_PER_WARP], sum[ROWS_PER_WARP], out[ROWS_PER_WARP][COLUMNS] = {};
#pragma unroll
    for (int r = 0; r < ROWS_PER_WARP; r++) {
        row_max[r] = -INFINITY;
        sum[r] = 0;
    }
    const int from = window > 0 ? max(0, places.first - window + 1) / KEYS : 0;
    for (int tile_of_keys = from; tile_of_keys <= places.last() / KEYS; tile_of_keys++) {
        const int key = tile_of_keys * KEYS;
        __syncthreads();
        load_rows(k_tile, KEYS, size, places.keys(attended.keys, key, places.last(), kv_head));
        load_rows(v_tile, KEYS, size, places.keys(attended.values, key, places.last(), kv_head));
        __syncthreads();
        float s[ROWS_PER_WARP];
        rows_by_lane(s, q_tile + warp_row * stride, k_tile, size);
#pragma unroll
        for (int r = 0; r < ROWS_PER_WARP; r++) {
            s[r] = sees(places.first + warp_row + r, key + lane, window) ? s[r] * attended.scale : -INFINITY;
            const float highest = fmaxf(row_max[r], warp_reduce(s[r], Largest()));
            const float base = highest == -INFINITY ? 0 : highest;
            const float weight = expf(s[r] - base), rescale = expf(row_max[r] - base);
            row_max[r] = highest;
            sum[r] = sum[r] * rescale + warp_reduce(weight, Sum());
            weights.score[warp_row + r][lane] = weight;
#pragma unroll
            for (int j = 0; j < COLUMNS; j++) out[r][j] *= rescale;
        }
        __syncwarp();
        for (int k = 0; k < KEYS; k++) {
#pragma unroll
            for (int j = 0; j < COLUMNS; j++) {
                const int d = lane + j * WARP;
                const float v = d < size ? v_tile[k * stride + d] : 0;
#pragma unroll
                for (int r = 0; r < ROWS_PER_WARP; r++) out[r][j] = fmaf(weights.score[warp_row + r][k], v, out[r][j]);
            }
        }
        __syncwarp();
    }
#pragma unroll
    for (int r = 0; r < ROWS_PER_WARP; r++) {
        if (warp_row + r >= tile.count) continue;
        const int64_t row = (tile.row + warp_row + r) * int64_t{heads.query} + head;
#pragma unroll
        for (int j = 0; j < COLUMNS; j++) {
            const int d = lane + j * WARP;
            if (d < size) o[row * size + d] = from_float<T>(out[r][j] / sum[r]);
        }
        if (lse != nullptr && lane == 0) {
            lse[row] = static_cast<float>(static_cast<double>(row_max[r]) + log(static_cast<double>(sum[r])));
        }
    }
}

/* ---- backward --------------------------------------------------------------------------------------------------- */

/** delta[row, head] = dout . o, a warp each. */
template <class T>
__global__ void delta_kernel(float* delta, const T* dout, const T* o, int64_t heads_of_rows, int size) {
    const int64_t head_of_row = int64_t{blockIdx.x} * WARPS + threadIdx.x / WARP;
    if (head_of_row >= heads_of_rows) return;
    float sum = 0;
    for (int d = threadIdx.x % WARP; d < size; d += WARP) {
        sum = fmaf(to_float(dout[head_of_row * size + d]), to_float(o[head_of_row * size + d]), sum);
    }
    sum = warp_reduce(sum, Sum());
    if (threadIdx.x % WARP == 0) delta[head_of_row] = sum;
}

/** A tile of queries and one of keys, in shared memory. */
struct SharedTiles {
    const float *q, *dout, *k, *v;
};

/** The queries of a tile: row i's is at position first + i, and there when below end. */
struct QueryTile {
    const float *lse, *delta;  // of row 0
    int64_t stride;            // from one row's to the next
    int first, end;
};

/** The weights (unless p is NULL) and their gradients of the warp's rows and the lane's key; key: lane 0's position. */
template <class T>
__device__ __forceinline__ void weigh(Scores* p, Scores& ds, const SharedTiles& shared, const QueryTile& queries,
                                      int key, const Attended<T>& attended) {
    const int warp_row = threadIdx.x / WARP * ROWS_PER_WARP, lane = threadIdx.x % WARP, size = attended.heads.size;
    const float scale = attended.scale;
    float s[ROWS_PER_WARP], slope[ROWS_PER_WARP];
    rows_by_lane(s, shared.q + warp_row * stride_of(size), shared.k, size);
    rows_by_lane(slope, shared.dout + warp_row * stride_of(size), shared.v, size);
#pragma unroll
    for (int r = 0; r < ROWS_PER_WARP; r++) {
        const int row = warp_row + r, query = queries.first + row;
        const bool seen = query < queries.end && sees(query, key + lane, attended.window);
        const float weight = seen ? expf(s[r] * scale - queries.lse[row * queries.stride]) : 0;
        if (p != nullptr) p->score[row][lane] = weight;
        ds.score[row][lane] = seen ? weight * (slope[r] - queries.delta[row * queries.stride]) * scale : 0;
    }
}

/** dk and dv of one tile of keys: all heads of the group, all queries that see a key, in order. */
template <class T, int COLUMNS>
__global__ __launch_bounds__(THREADS, RESIDENT) void keys_backward_kernel(T* dqkv, Recorded<T> recorded,
                                                                          Attended<T> attended, Tiles tiles) {
    constexpr int KEYS_PER_WARP = KEYS / WARPS;
    if (static_cast<int>(blockIdx.x) >= *tiles.count) return;
    const Tile tile = tiles.list[blockIdx.x];
    const CacheRows& rows = attended.rows;
    const HeadShape& heads = attended.heads;
    const int window = attended.window;
    const Places<T> places{rows, heads, tile, rows.positions[tile.row]};
    const int kv_head = blockIdx.y, size = heads.size, stride = stride_of(size);
    const int lane = threadIdx.x % WARP, warp_key = threadIdx.x / WARP * KEYS_PER_WARP;
    const int base = tile.row - places.first;  // the row of position 0
    const int end = rows.end_of_sequence(tile.row) - base;
    CATRL_SHARED(float, k_tile);
    float* v_tile = k_tile + KEYS * stride;
    float* q_tile = v_tile + KEYS * stride;
    float* dout_tile = q_tile + QUERIES * stride;
    Scores& p = *reinterpret_cast<Scores*>(dout_tile + QUERIES * stride);
    Scores& ds = *(&p + 1);
    load_rows(k_tile, KEYS, size, places.keys(attended.keys, places.first, places.last(), kv_head));
    load_rows(v_tile, KEYS, size, places.keys(attended.values, places.first, places.last(), kv_head));
    float dk[KEYS_PER_WARP][COLUMNS] = {}, dv[KEYS_PER_WARP][COLUMNS] = {};
    const int to = window > 0 ? min(end, places.last() + window) : end;
    for (int head = kv_head * heads.group(); head < (kv_head + 1) * heads.group(); head++) {
        for (int query = places.first / QUERIES * QUERIES; query < to; query += QUERIES) {
            auto row = [&](const T* matrix) {
                return [=](int i) {
                    return query + i < end ? matrix + ((base + query + i) * int64_t{heads.query} + head) * size
                                           : nullptr;
                };
            };
            __syncthreads();
            load_rows(q_tile, QUERIES, size, row(attended.q));
            load_rows(dout_tile, QUERIES, size, row(recorded.dout));
            __syncthreads();
            const int64_t first_row = int64_t{base + query} * heads.query + head;
            const QueryTile queries{recorded.lse + first_row, recorded.delta + first_row, heads.query, query, end};
            weigh(&p, ds, SharedTiles{q_tile, dout_tile, k_tile, v_tile}, queries, places.first, attended);
            __syncthreads();
            for (int i = 0; i < QUERIES; i++) {
#pragma unroll
                for (int j = 0; j < COLUMNS; j++) {
                    const int d = lane + j * WARP;
                    const float x = d < size ? q_tile[i * stride + d] : 0;
                    const float dx = d < size ? dout_tile[i * stride + d] : 0;
#pragma unroll
                    for (int k = 0; k < KEYS_PER_WARP; k++) {
                        dk[k][j] = fmaf(ds.score[i][warp_key + k], x, dk[k][j]);
                        dv[k][j] = fmaf(p.score[i][warp_key + k], dx, dv[k][j]);
                    }
                }
            }
        }
    }
#pragma unroll
    for (int k = 0; k < KEYS_PER_WARP; k++) {
        if (warp_key + k >= tile.count) continue;
        T* to_row = dqkv + (tile.row + warp_key + k) * int64_t{heads.fused()} * size;
#pragma unroll
        for (int j = 0; j < COLUMNS; j++) {
            const int d = lane + j * WARP;
            if (d >= size) continue;
            to_row[(heads.query + kv_head) * size + d] = from_float<T>(dk[k][j]);
            to_row[(heads.query + heads.key_value + kv_head) * size + d] = from_float<T>(dv[k][j]);
        }
    }
}

/** dq of one tile of rows under one head. */
template <class T, int COLUMNS>
__global__ __launch_bounds__(THREADS, RESIDENT) void queries_backward_kernel(T* dqkv, Recorded<T> recorded,
                                                                          Attended<T> attended, Tiles tiles) {
    if (static_cast<int>(blockIdx.x) >= *tiles.count) return;
    const Tile tile = tiles.list[blockIdx.x];
    const CacheRows& rows = attended.rows;
    const HeadShape& heads = attended.heads;
    const int window = attended.window;
    const Places<T> places{rows, heads, tile, rows.positions[tile.row]};
    const int head = blockIdx.y, kv_head = head / heads.group(), size = heads.size, stride = stride_of(size);
    const int lane = threadIdx.x % WARP, warp_row = threadIdx.x / WARP * ROWS_PER_WARP;
    CATRL_SHARED(float, q_tile);
    float* dout_tile = q_tile + QUERIES * stride;
    float* k_tile = dout_tile + QUERIES * stride;
    float* v_tile = k_tile + KEYS * stride;
    Scores& ds = *reinterpret_cast<Scores*>(v_tile + KEYS * stride);
    load_rows(q_tile, QUERIES, size, places.query_rows(attended.q, head));
    load_rows(dout_tile, QUERIES, size, places.query_rows(recorded.dout, head));
    float dq[ROWS_PER_WARP][COLUMNS] = {};
    const int64_t first_row = int64_t{tile.row} * heads.query + head;
    const QueryTile queries{recorded.lse + first_row, recorded.delta + first_row, heads.query, places.first,
                            places.last() + 1};
    const int from = window > 0 ? max(0, places.first - window + 1) / KEYS : 0;
    for (int tile_of_keys = from; tile_of_keys <= places.last() / KEYS; tile_of_keys++) {
        const int key = tile_of_keys * KEYS;
        __syncthreads();
        load_rows(k_tile, KEYS, size, places.keys(attended.keys, key, places.last(), kv_head));
        load_rows(v_tile, KEYS, size, places.keys(attended.values, key, places.last(), kv_head));
        __syncthreads();
        weigh(nullptr, ds, SharedTiles{q_tile, dout_tile, k_tile, v_tile}, queries, key, attended);
        __syncwarp();
        for (int k = 0; k < KEYS; k++) {
#pragma unroll
            for (int j = 0; j < COLUMNS; j++) {
                const int d = lane + j * WARP;
                const float x = d < size ? k_tile[k * stride + d] : 0;
#pragma unroll
                for (int r = 0; r < ROWS_PER_WARP; r++) dq[r][j] = fmaf(ds.score[warp_row + r][k], x, dq[r][j]);
            }
        }
        __syncwarp();
    }
#pragma unroll
    for (int r = 0; r < ROWS_PER_WARP; r++) {
        if (warp_row + r >= tile.count) continue;
        T* to_row = dqkv + (tile.row + warp_row + r) * int64_t{heads.fused()} * size + head * size;
#pragma unroll
        for (int j = 0; j < COLUMNS; j++) {
            const int d = lane + j * WARP;
            if (d < size) to_row[d] = from_float<T>(dq[r][j]);
        }
    }
}

/* ---- launches --------------------------------------------------------------------------------------------------- */

template <class T, int COLUMNS> struct AttentionOf {
    CudaContext* ctx;
    AttentionCall call;

    void forward(T* o, float* lse, const T* q) {
        Tiles tiles = list_tiles(ctx, ctx->scratch(tiles_bytes(call.rows, QUERIES)), call.rows, QUERIES);
        const size_t shared = bytes(QUERIES + 2 * KEYS, 1);
        allow_shared(forward_kernel<T, COLUMNS>, shared);
        const dim3 grid(most_tiles(call.rows, QUERIES), call.heads.query);
        CATRL_LAUNCH(ctx, grid, THREADS, shared, (forward_kernel<T, COLUMNS>), o, lse, Attended<T>(call, q),
                     tiles);
    }

    void backward(T* dqkv, const T* dout, const T* o, const float* lse, const T* q) {
        const int64_t heads_of_rows = int64_t{call.rows.count} * call.heads.query;
        const size_t key_tiles = tiles_bytes(call.rows, KEYS), query_tiles = tiles_bytes(call.rows, QUERIES);
        char* memory = static_cast<char*>(ctx->scratch(key_tiles + query_tiles + sizeof(float) * heads_of_rows));
        float* delta = reinterpret_cast<float*>(memory + key_tiles + query_tiles);
        CATRL_LAUNCH(ctx, blocks_for(heads_of_rows, WARPS, INT32_MAX), THREADS, 0, (delta_kernel<T>), delta, dout, o,
                     heads_of_rows, call.heads.size);
        const Recorded<T> recorded{dout, lse, delta};
        const Attended<T> attended(call, q);
        Tiles of_keys = list_tiles(ctx, memory, call.rows, KEYS);
        const size_t key_shared = bytes(2 * KEYS + 2 * QUERIES, 2);
        allow_shared(keys_backward_kernel<T, COLUMNS>, key_shared);
        CATRL_LAUNCH(ctx, dim3(most_tiles(call.rows, KEYS), call.heads.key_value), THREADS, key_shared,
                     (keys_backward_kernel<T, COLUMNS>), dqkv, recorded, attended, of_keys);
        Tiles of_queries = list_tiles(ctx, memory + key_tiles, call.rows, QUERIES);
        const size_t query_shared = bytes(2 * KEYS + 2 * QUERIES, 1);
        allow_shared(queries_backward_kernel<T, COLUMNS>, query_shared);
        CATRL_LAUNCH(ctx, dim3(most_tiles(call.rows, QUERIES), call.heads.query), THREADS, query_shared,
                     (queries_backward_kernel<T, COLUMNS>), dqkv, recorded, attended, of_queries);
    }

private:
    size_t bytes(int tile_rows, int scores) const {
        return sizeof(float) * tile_rows * stride_of(call.heads.size) + scores * sizeof(Scores);
    }
};

/** body(the attention of a storage type and a head size). */
template <class F> void with_attention(CudaContext* ctx, const AttentionCall& call, F&& body) {
    const int size = call.heads.size;
    if (size > 256) fail("attention with head size %d; at most 256", size);
    with_storage(call.storage, [&](auto type) {
        using T = typename decltype(type)::type;
        if (size <= 32) body(AttentionOf<T, 1>{ctx, call}, type);
        else if (size <= 64) body(AttentionOf<T, 2>{ctx, call}, type);
        else if (size <= 128) body(AttentionOf<T, 4>{ctx, call}, type);
        else body(AttentionOf<T, 8>{ctx, call}, type);
    });
}

}  // namespace

void attention_plain(CudaContext* ctx, void* o, float* lse, const void* q, const AttentionCall& call) {
    with_attention(ctx, call, [&](auto attention, auto type) {
        using T = typename decltype(type)::type;
        attention.forward(static_cast<T*>(o), lse, static_cast<const T*>(q));
    });
}

void attention_backward_plain(CudaContext* ctx, void* dqkv, const void* dout, const void* o, const float* lse,
                              const void* q, const AttentionCall& call) {
    with_attention(ctx, call, [&](auto attention, auto type) {
        using T = typename decltype(type)::type;
        attention.backward(static_cast<T*>(dqkv), static_cast<const T*>(dout), static_cast<const T*>(o), lse,
                           static_cast<const T*>(q));
    });
}

}  // namespace catrl
