// attention and its backward on tensor cores: bf16, head sizes 64, 96, 128 and 256. In the manner of FlashAttention 2
// (Dao 2023): tiles in shared memory, online softmax over fixed key tiles in ascending order, recomputation backward.
// A row's bits depend on its own query and keys only: rows of a tile never meet, and no tile's borders depend on the
// batch.
#include <algorithm>

#include "attention.cuh"
#include "mma.cuh"

namespace catrl {
namespace {

constexpr int WARPS = 4;
constexpr int THREADS = WARPS * WARP;
constexpr float LOG2_E = 1.4426950408889634f;
constexpr float LN_2 = 0.6931471805599453f;

/** Elements from one row to the next in shared memory: 16 bytes more, so that 8 rows lie in different banks. */
template <int D> constexpr int stride_of = D + 8;

__device__ __forceinline__ int group_lane() { return threadIdx.x % WARP / 4; }
__device__ __forceinline__ int pair_lane() { return threadIdx.x % WARP % 4; }

/** Starts copying ROWS rows of D elements; row(i) is where row i lies, or nullptr: zeros. */
template <int ROWS, int D, int BY, class Row>
__device__ __forceinline__ void load_rows(bf16* to, int thread, Row&& row) {
    constexpr int PIECES = D / 8;
#pragma unroll 2
    for (int i = thread; i < ROWS * PIECES; i += BY) {
        const bf16* from = row(i / PIECES);
        copy_async(to + i / PIECES * stride_of<D> + i % PIECES * 8, from == nullptr ? to : from + i % PIECES * 8,
                   from != nullptr);
    }
}

/** The A fragment of rows 0 .. 16 and columns k .. k + 16 of a matrix in shared memory. */
template <int D> __device__ __forceinline__ void load_a(Fragment& a, const bf16* rows, int k) {
    int lane = threadIdx.x % WARP;
    load_matrices(a, rows + lane % 16 * stride_of<D> + k + lane / 16 * 8);
}

/**
 * B fragments of the transpose of rows 0 .. 16, columns k .. k + 16: b[0], b[1] of rows 0 .. 8, b[2], b[3] of 8 .. 16.
 */
template <int D> __device__ __forceinline__ void load_b(Fragment& b, const bf16* rows, int k) {
    int lane = threadIdx.x % WARP;
    load_matrices(b, rows + (lane % 8 + lane / 16 * 8) * stride_of<D> + k + lane / 8 % 2 * 8);
}

/** B fragments of rows 0 .. 16 as they lie: b[0], b[1] of columns n .. n + 8, b[2], b[3] of n + 8 .. n + 16. */
template <int D> __device__ __forceinline__ void load_b_rows(Fragment& b, const bf16* rows, int n) {
    int lane = threadIdx.x % WARP;
    load_matrices_transposed(b, rows + lane % 16 * stride_of<D> + n + lane / 16 * 8);
}

/** s[m][n] = rows of a (16 MT of them) times rows of b (8 NT of them), over D. */
template <int D, int MT, int NT>
__device__ __forceinline__ void rows_by_rows(Accumulator (&s)[MT][NT], const bf16* a, const bf16* b) {
#pragma unroll
    for (int m = 0; m < MT; m++) {
#pragma unroll
        for (int n = 0; n < NT; n++) s[m][n][0] = s[m][n][1] = s[m][n][2] = s[m][n][3] = 0;
    }
#pragma unroll
    for (int k = 0; k < D; k += 16) {
        Fragment left[MT];
#pragma unroll
        for (int m = 0; m < MT; m++) load_a<D>(left[m], a + 16 * m * stride_of<D>, k);
#pragma unroll
        for (int n = 0; n < NT; n += 2) {
            Fragment right;
            load_b<D>(right, b + 8 * n * stride_of<D>, k);
#pragma unroll
            for (int m = 0; m < MT; m++) {
                mma(s[m][n], left[m], right[0], right[1]);
                mma(s[m][n + 1], left[m], right[2], right[3]);
            }
        }
    }
}

/** o[m][n] += p times the rows of b, columns from .. from + 8 DT; p: scores as they lie in accumulators. */
template <int D, int MT, int NT, int DT>
__device__ __forceinline__ void scores_by_rows(Accumulator (&o)[MT][DT], const Accumulator (&p)[MT][NT], const bf16* b,
                                               int from) {
#pragma unroll
    for (int k = 0; k < NT; k += 2) {
        Fragment left[MT];
#pragma unroll
        for (int m = 0; m < MT; m++) {
            left[m][0] = pack_bf16(p[m][k][0], p[m][k][1]);
            left[m][1] = pack_bf16(p[m][k][2], p[m][k][3]);
            left[m][2] = pack_bf16(p[m][k + 1][0], p[m][k + 1][1]);
            left[m][3] = pack_bf16(p[m][k + 1][2], p[m][k + 1][3]);
        }
#pragma unroll
        for (int n = 0; n < DT; n += 2) {
            Fragment right;
            load_b_rows<D>(right, b + 8 * k * stride_of<D>, from + 8 * n);
#pragma unroll
            for (int m = 0; m < MT; m++) {
                mma(o[m][n], left[m], right[0], right[1]);
                mma(o[m][n + 1], left[m], right[2], right[3]);
            }
        }
    }
}

/** Over the four lanes that hold a row. */
template <class F> __device__ __forceinline__ float quad_reduce(float x, F combine) {
    x = combine(x, __shfl_xor_sync(ALL_LANES, x, 1));
    return combine(x, __shfl_xor_sync(ALL_LANES, x, 2));
}

/** The online softmax of the rows that a thread holds: MT x 2 of them. Maxima are of the unscaled scores. */
template <int MT> struct Online {
    float row_max[MT][2], sum[MT][2];

    __device__ __forceinline__ void clear() {
#pragma unroll
        for (int m = 0; m < MT; m++) {
            row_max[m][0] = row_max[m][1] = -INFINITY;
            sum[m][0] = sum[m][1] = 0;
        }
    }

    /** Turns scores into weights in place, and scales what was summed before. scale2 = scale log2(e). */
    template <int NT, int DT>
    __device__ __forceinline__ void step(Accumulator (&s)[MT][NT], Accumulator (&o)[MT][DT], float scale2) {
#pragma unroll
        for (int m = 0; m < MT; m++) {
#pragma unroll
            for (int half = 0; half < 2; half++) {
                float highest = row_max[m][half];
#pragma unroll
                for (int n = 0; n < NT; n++) {
                    highest = fmaxf(highest, fmaxf(s[m][n][2 * half], s[m][n][2 * half + 1]));
                }
                highest = quad_reduce(highest, Largest());
                float offset = highest == -INFINITY ? 0 : highest * scale2;
                float rescale = exp2_fast(row_max[m][half] * scale2 - offset);
                row_max[m][half] = highest;
                sum[m][half] *= rescale;
#pragma unroll
                for (int n = 0; n < NT; n++) {
#pragma unroll
                    for (int i = 2 * half; i < 2 * half + 2; i++) {
                        s[m][n][i] = exp2_fast(s[m][n][i] * scale2 - offset);
                        sum[m][half] += s[m][n][i];
                    }
                }
#pragma unroll
                for (int n = 0; n < DT; n++) {
                    o[m][n][2 * half] *= rescale;
                    o[m][n][2 * half + 1] *= rescale;
                }
            }
        }
    }

    /** A thread has summed its own columns; now the row's. */
    __device__ __forceinline__ void finish() {
#pragma unroll
        for (int m = 0; m < MT; m++) {
            sum[m][0] = quad_reduce(sum[m][0], Sum());
            sum[m][1] = quad_reduce(sum[m][1], Sum());
        }
    }
};

/** Hides the scores of keys that their row does not see: row r of the warp's is at position + r. */
template <int MT, int NT>
__device__ __forceinline__ void mask_scores(Accumulator (&s)[MT][NT], int position, int key, int window) {
#pragma unroll
    for (int m = 0; m < MT; m++) {
#pragma unroll
        for (int n = 0; n < NT; n++) {
#pragma unroll
            for (int i = 0; i < 4; i++) {
                int query_position = position + 16 * m + group_lane() + i / 2 * 8;
                int key_position = key + 8 * n + 2 * pair_lane() + i % 2;
                const bool passed = window > 0 && key_position <= query_position - window;
                if (key_position > query_position || passed) s[m][n][i] = -INFINITY;
            }
        }
    }
}

/* ---- forward ---------------------------------------------------------------------------------------------------- */

template <int D> struct Forward {
    static constexpr int MT = D <= 128 ? 2 : 1;
    static constexpr int ROWS = WARPS * 16 * MT;
    /** As many as leave every score in a register. */
    static constexpr int KEYS = D < 128 ? 64 : D == 128 ? 48 : 32;
    static constexpr int TILE = KEYS * stride_of<D>;
    /** q, then two of k and v each. */
    static constexpr size_t SHARED = sizeof(bf16) * (ROWS * stride_of<D> + 4 * TILE);
};

template <int D>
__global__ __launch_bounds__(THREADS, 1) void forward_kernel(bf16* o, float* lse, const bf16* q, const bf16* keys,
                                                             const bf16* values, CacheRows rows, HeadShape heads,
                                                             Tiles tiles, float scale2, int window, bool lone_rows) {
    using F = Forward<D>;
    constexpr int MT = F::MT, NT = F::KEYS / 8, DT = D / 8;
    if (static_cast<int>(blockIdx.x) >= *tiles.count) return;
    const Tile tile = tiles.list[blockIdx.x];
    if (!lone_rows && rows.is_decode_row(tile.row)) return;  // decoded by the split kernel
    const int head = blockIdx.y, kv_head = head / heads.group();
    const int first = rows.positions[tile.row], last = first + tile.count - 1;
    CATRL_SHARED(bf16, q_tile);
    bf16* k_tile = q_tile + F::ROWS * stride_of<D>;
    bf16* v_tile = k_tile + 2 * F::TILE;
    const int64_t width = int64_t{heads.query} * D;
    load_rows<F::ROWS, D, THREADS>(q_tile, threadIdx.x, [&](int i) {
        return i < tile.count ? q + (tile.row + i) * width + head * D : nullptr;
    });
    const int from = window > 0 ? max(0, first - window + 1) / F::KEYS : 0;
    const int to = last / F::KEYS;
    auto load_keys = [&](int tile_index) {
        auto slot = [&](const bf16* cache) {
            return [=](int i) {
                int key = tile_index * F::KEYS + i;
                return key <= last ? cache + rows.slot(tile.row, key, kv_head, heads.key_value) * D : nullptr;
            };
        };
        load_rows<F::KEYS, D, THREADS>(k_tile + tile_index % 2 * F::TILE, threadIdx.x, slot(keys));
        load_rows<F::KEYS, D, THREADS>(v_tile + tile_index % 2 * F::TILE, threadIdx.x, slot(values));
        close_copies();
    };
    Accumulator sums[MT][DT] = {};
    Online<MT> online;
    online.clear();
    const int warp_row = threadIdx.x / WARP * 16 * MT;
    load_keys(from);
    for (int tile_index = from; tile_index <= to; tile_index++) {
        if (tile_index < to) {
            load_keys(tile_index + 1);
            await_copies<1>();
        } else {
            await_copies<0>();
        }
        __syncthreads();
        Accumulator s[MT][NT];
        rows_by_rows<D>(s, q_tile + warp_row * stride_of<D>, k_tile + tile_index % 2 * F::TILE);
        const int key = tile_index * F::KEYS;
        if (key + F::KEYS - 1 > first + warp_row || window > 0) mask_scores(s, first + warp_row, key, window);
        online.step(s, sums, scale2);
        scores_by_rows<D>(sums, s, v_tile + tile_index % 2 * F::TILE, 0);
        __syncthreads();
    }
    online.finish();
#pragma unroll
    for (int m = 0; m < MT; m++) {
#pragma unroll
        for (int half = 0; half < 2; half++) {
            const int row = warp_row + 16 * m + 8 * half + group_lane();
            if (row >= tile.count) continue;
            const float whole = 1 / online.sum[m][half];
            uint32_t* out = reinterpret_cast<uint32_t*>(o + (tile.row + row) * width + head * D) + pair_lane();
#pragma unroll
            for (int n = 0; n < DT; n++) {
                out[4 * n] = pack_bf16(sums[m][n][2 * half] * whole, sums[m][n][2 * half + 1] * whole);
            }
            if (lse != nullptr && pair_lane() == 0) {
                lse[(tile.row + row) * int64_t{heads.query} + head] =
                    (online.row_max[m][half] * scale2 + log2f(online.sum[m][half])) * LN_2;
            }
        }
    }
}

/* ---- decoding: single rows, long contexts in splits of their keys ------------------------------------------------ */

/** Keys of a split: 16 cache blocks. Splits are cut at multiples of it, so the cuts depend on positions only. */
constexpr int SPLIT_KEYS = 256;
constexpr int SPLIT_BLOCKS = SPLIT_KEYS / CATRL_BLOCK;
constexpr int WARP_BLOCKS = SPLIT_BLOCKS / WARPS;

template <int D> struct Split {
    static constexpr int TILE = CATRL_BLOCK * stride_of<D>;
    /** Of each warp: two of k and v each; afterwards the warps' sums. */
    static constexpr size_t SHARED = sizeof(bf16) * WARPS * 4 * TILE;
    /** Floats of one split's result: the sums, their maximum and their weight. */
    static constexpr int RESULT = D + 2;
    static_assert(sizeof(float) * WARPS * 16 * RESULT <= SHARED, "the warps' sums take the tiles' place");
};

/** Whether a row sees every key of a split. */
__device__ __forceinline__ bool sees_all(const CacheRows& rows, int row, int split, int window) {
    int position = rows.positions[row];
    return position >= (split + 1) * SPLIT_KEYS - 1 && (window == 0 || position - window < split * SPLIT_KEYS);
}

/** Whether a row reads a whole split from the cache blocks of the row before it: then that one's block does both. */
__device__ bool shares_split(const CacheRows& rows, int row, int split, int window) {
    if (row == 0 || !rows.is_decode_row(row) || !rows.is_decode_row(row - 1)) return false;
    if (!sees_all(rows, row, split, window) || !sees_all(rows, row - 1, split, window)) return false;
    const int32_t* mine = rows.blocks_of(row) + split * SPLIT_BLOCKS;
    const int32_t* others = rows.blocks_of(row - 1) + split * SPLIT_BLOCKS;
    for (int i = 0; i < SPLIT_BLOCKS; i++) {
        if (mine[i] != others[i]) return false;
    }
    return true;
}

/**
 * One split of the keys of one row, under the query heads of one key/value head; and of the rows after it that share
 * the split's cache blocks (a group's prompt), 16 queries at a time. Writes results[row, head, split].
 */
template <int D>
__global__ __launch_bounds__(THREADS) void split_kernel(float* results, const bf16* q, const bf16* keys,
                                                        const bf16* values, CacheRows rows, HeadShape heads, int splits,
                                                        float scale2, int window) {
    using S = Split<D>;
    constexpr int DT = D / 8;
    const int row = blockIdx.x, split = blockIdx.y, kv_head = blockIdx.z;
    const int position = rows.positions[row];
    if (!rows.is_decode_row(row) || split * SPLIT_KEYS > position) return;
    if (window > 0 && (split + 1) * SPLIT_KEYS <= position - window + 1) return;
    if (shares_split(rows, row, split, window)) return;
    int members = 1;
    while (row + members < rows.count && shares_split(rows, row + members, split, window)) members++;
    CATRL_SHARED(bf16, shared);
    const int warp = threadIdx.x / WARP, lane = threadIdx.x % WARP;
    bf16* k_tiles = shared + warp * 4 * S::TILE;
    bf16* v_tiles = k_tiles + 2 * S::TILE;
    const int32_t* table = rows.blocks_of(row);
    const int first_block = split * SPLIT_BLOCKS + warp * WARP_BLOCKS;
    const int blocks = max(0, min(WARP_BLOCKS, position / CATRL_BLOCK + 1 - first_block));
    const int queries = members * heads.group();
    auto load_block = [&](int i) {
        int block = table[first_block + i];
        int seen = position + 1 - (first_block + i) * CATRL_BLOCK;
        const int64_t offset = (int64_t{block} * heads.key_value + kv_head) * CATRL_BLOCK * D;
        auto slot = [&](const bf16* cache) {
            return [=](int j) { return j < seen ? cache + offset + j * D : nullptr; };
        };
        load_rows<CATRL_BLOCK, D, WARP>(k_tiles + i % 2 * S::TILE, lane, slot(keys));
        load_rows<CATRL_BLOCK, D, WARP>(v_tiles + i % 2 * S::TILE, lane, slot(values));
        close_copies();
    };
    for (int from = 0; from < queries; from += 16) {
        /* query v of these is that of head kv_head * group + v % group of row + v / group */
        auto row_of = [&](int v) { return row + v / heads.group(); };
        auto head_of = [&](int v) { return kv_head * heads.group() + v % heads.group(); };
        Fragment query[D / 16];
#pragma unroll
        for (int k = 0; k < D / 16; k++) {
#pragma unroll
            for (int i = 0; i < 4; i++) {
                int v = from + group_lane() + i % 2 * 8;
                const bf16* element = q + (int64_t{row_of(v)} * heads.query + head_of(v)) * D + 16 * k + i / 2 * 8
                                 + 2 * pair_lane();
                query[k][i] = v < queries ? *reinterpret_cast<const uint32_t*>(element) : 0;
            }
        }
        Accumulator sums[1][DT] = {};
        Online<1> online;
        online.clear();
        if (blocks > 0) load_block(0);
        for (int i = 0; i < blocks; i++) {
            if (i + 1 < blocks) {
                load_block(i + 1);
                await_copies<1>();
            } else {
                await_copies<0>();
            }
            __syncwarp();
            Accumulator s[1][2] = {};
            const bf16* k_tile = k_tiles + i % 2 * S::TILE;
#pragma unroll
            for (int k = 0; k < D / 16; k++) {
                Fragment right;
                load_b<D>(right, k_tile, 16 * k);
                mma(s[0][0], query[k], right[0], right[1]);
                mma(s[0][1], query[k], right[2], right[3]);
            }
            const int key = (first_block + i) * CATRL_BLOCK;
            /* of a shared split every row sees every key; else there is only this row, at one position */
            if (members == 1 && (key + CATRL_BLOCK - 1 > position || window > 0)) {
#pragma unroll
                for (int n = 0; n < 2; n++) {
#pragma unroll
                    for (int j = 0; j < 4; j++) {
                        int key_position = key + 8 * n + 2 * pair_lane() + j % 2;
                        const bool passed = window > 0 && key_position <= position - window;
                        if (key_position > position || passed) s[0][n][j] = -INFINITY;
                    }
                }
            }
            online.step(s, sums, scale2);
            scores_by_rows<D>(sums, s, v_tiles + i % 2 * S::TILE, 0);
            __syncwarp();
        }
        online.finish();
        /* the warps' sums meet, in their order */
        __syncthreads();
        float* met = reinterpret_cast<float*>(shared);
#pragma unroll
        for (int half = 0; half < 2; half++) {
            float* mine = met + (warp * 16 + group_lane() + 8 * half) * S::RESULT;
#pragma unroll
            for (int n = 0; n < DT; n++) {
                mine[8 * n + 2 * pair_lane()] = sums[0][n][2 * half];
                mine[8 * n + 2 * pair_lane() + 1] = sums[0][n][2 * half + 1];
            }
            if (pair_lane() == 0) {
                mine[D] = online.row_max[0][half];
                mine[D + 1] = online.sum[0][half];
            }
        }
        __syncthreads();
        for (int i = threadIdx.x; i < 16 * S::RESULT; i += THREADS) {
            const int v = from + i / S::RESULT, d = i % S::RESULT;
            if (v >= queries) break;
            const float* met_rows = met + i / S::RESULT * S::RESULT;
            float row_max = met_rows[D];
            for (int w = 1; w < WARPS; w++) row_max = fmaxf(row_max, met_rows[w * 16 * S::RESULT + D]);
            float sum = 0;
            for (int w = 0; w < WARPS; w++) {
                const float* warps = met_rows + w * 16 * S::RESULT;
                if (warps[D + 1] > 0) sum += warps[d] * exp2f((warps[D] - row_max) * scale2);
            }
            results[((int64_t{row_of(v)} * heads.query + head_of(v)) * splits + split) * S::RESULT + d] =
                d == D ? row_max : sum;
        }
        __syncthreads();
    }
}

/** The splits of each row and head, merged in their order. */
template <int D>
__global__ void merge_kernel(bf16* o, float* lse, const float* results, CacheRows rows, HeadShape heads, int splits,
                             float scale2, int window) {
    constexpr int RESULT = Split<D>::RESULT;
    const int row = blockIdx.x, head = blockIdx.y;
    if (!rows.is_decode_row(row)) return;
    const int position = rows.positions[row];
    const int from = window > 0 ? max(0, position - window + 1) / SPLIT_KEYS : 0;
    const int to = position / SPLIT_KEYS;
    const float* head_results = results + (int64_t{row} * heads.query + head) * splits * RESULT;
    float row_max = -INFINITY;
    for (int split = from; split <= to; split++) row_max = fmaxf(row_max, head_results[split * RESULT + D]);
    float weight = 0, sum = 0;
    const int d = threadIdx.x;
    for (int split = from; split <= to; split++) {
        float rescale = exp2f((head_results[split * RESULT + D] - row_max) * scale2);
        weight += head_results[split * RESULT + D + 1] * rescale;
        sum += head_results[split * RESULT + d] * rescale;
    }
    o[(int64_t{row} * heads.query + head) * D + d] = from_float<bf16>(sum / weight);
    if (lse != nullptr && d == 0) lse[int64_t{row} * heads.query + head] = (row_max * scale2 + log2f(weight)) * LN_2;
}

/* ---- backward --------------------------------------------------------------------------------------------------- */

/** delta[row, head] = dout . o, a warp each. */
template <int D>
__global__ void delta_kernel(float* delta, const bf16* dout, const bf16* o, int64_t heads_of_rows) {
    const int64_t head_of_row = int64_t{blockIdx.x} * WARPS + threadIdx.x / WARP;
    if (head_of_row >= heads_of_rows) return;
    dout += head_of_row * D;
    o += head_of_row * D;
    float sum = 0;
    for (int d = threadIdx.x % WARP; d < D; d += WARP) sum += to_float(dout[d]) * to_float(o[d]);
    sum = warp_reduce(sum, Sum());
    if (threadIdx.x % WARP == 0) delta[head_of_row] = sum;
}

template <int D> struct KeysBackward {
    static constexpr int KEYS = WARPS * 16;
    static constexpr int QUERIES = D <= 128 ? 64 : 32;
    /** Columns of dk and dv that one block computes. */
    static constexpr int COLUMNS = D <= 128 ? D : 128;
    static constexpr int TILE = QUERIES * stride_of<D>;
    /** k and v; two of q and dout each; two of lse and delta each. */
    static constexpr size_t SHARED =
        sizeof(bf16) * (2 * KEYS * stride_of<D> + 4 * TILE) + sizeof(float) * 4 * QUERIES;
};

/**
 * dk and dv of one tile of keys of one sequence: all heads of the group, all queries that see a key, in order. Scores
 * are held transposed, a row for each key, so that they multiply q and dout without leaving the registers.
 */
template <int D>
__global__ __launch_bounds__(THREADS, 1) void keys_backward_kernel(bf16* dqkv, const bf16* dout, const float* lse,
                                                                   const float* delta, const bf16* q, const bf16* keys,
                                                                   const bf16* values, CacheRows rows, HeadShape heads,
                                                                   Tiles tiles, float scale, int window) {
    using B = KeysBackward<D>;
    constexpr int NT = B::QUERIES / 8, DT = B::COLUMNS / 8;
    if (static_cast<int>(blockIdx.x) >= *tiles.count) return;
    const Tile tile = tiles.list[blockIdx.x];
    const int kv_head = blockIdx.y, column = blockIdx.z * B::COLUMNS;
    const int first_key = rows.positions[tile.row];
    const int base = tile.row - first_key;  // the row of position 0
    const int end = rows.end_of_sequence(tile.row) - base;
    CATRL_SHARED(bf16, k_tile);
    bf16* v_tile = k_tile + B::KEYS * stride_of<D>;
    bf16* q_tiles = v_tile + B::KEYS * stride_of<D>;
    bf16* dout_tiles = q_tiles + 2 * B::TILE;
    float* lse_tiles = reinterpret_cast<float*>(dout_tiles + 2 * B::TILE);
    float* delta_tiles = lse_tiles + 2 * B::QUERIES;
    auto slot = [&](const bf16* cache) {
        return [=](int i) {
            return i < tile.count ? cache + rows.slot(tile.row, first_key + i, kv_head, heads.key_value) * D : nullptr;
        };
    };
    load_rows<B::KEYS, D, THREADS>(k_tile, threadIdx.x, slot(keys));
    load_rows<B::KEYS, D, THREADS>(v_tile, threadIdx.x, slot(values));
    const int from = first_key / B::QUERIES;
    int to = (end - 1) / B::QUERIES;
    if (window > 0) to = min(to, (first_key + tile.count - 1 + window - 1) / B::QUERIES);
    const int steps = (to - from + 1) * heads.group();
    auto load_queries = [&](int step) {
        const int head = kv_head * heads.group() + step / (to - from + 1);
        const int query = (from + step % (to - from + 1)) * B::QUERIES;
        auto row = [&](const bf16* matrix) {
            return [=](int i) {
                return query + i < end ? matrix + ((base + query + i) * int64_t{heads.query} + head) * D : nullptr;
            };
        };
        load_rows<B::QUERIES, D, THREADS>(q_tiles + step % 2 * B::TILE, threadIdx.x, row(q));
        load_rows<B::QUERIES, D, THREADS>(dout_tiles + step % 2 * B::TILE, threadIdx.x, row(dout));
        close_copies();
        const int i = threadIdx.x;
        if (i < B::QUERIES) {
            const bool there = query + i < end;
            const int64_t head_of_row = (base + query + i) * int64_t{heads.query} + head;
            lse_tiles[step % 2 * B::QUERIES + i] = there ? lse[head_of_row] * LOG2_E : 0;
            delta_tiles[step % 2 * B::QUERIES + i] = there ? delta[head_of_row] : 0;
        }
    };
    Accumulator dk[1][DT] = {}, dv[1][DT] = {};
    const int warp_key = threadIdx.x / WARP * 16;
    load_queries(0);
    for (int step = 0; step < steps; step++) {
        if (step + 1 < steps) {
            load_queries(step + 1);
            await_copies<1>();
        } else {
            await_copies<0>();
        }
        __syncthreads();
        const bf16* q_tile = q_tiles + step % 2 * B::TILE;
        const bf16* dout_tile = dout_tiles + step % 2 * B::TILE;
        const float* lse_tile = lse_tiles + step % 2 * B::QUERIES;
        const float* delta_tile = delta_tiles + step % 2 * B::QUERIES;
        const int query = (from + step % (to - from + 1)) * B::QUERIES;
        Accumulator p[1][NT], ds[1][NT];
        rows_by_rows<D>(p, k_tile + warp_key * stride_of<D>, q_tile);
#pragma unroll
        for (int n = 0; n < NT; n++) {
#pragma unroll
            for (int i = 0; i < 4; i++) {
                const int tile_row = 8 * n + 2 * pair_lane() + i % 2;
                const int key = first_key + warp_key + group_lane() + i / 2 * 8;
                const bool seen = query + tile_row < end && key <= query + tile_row
                                  && (window == 0 || key > query + tile_row - window);
                p[0][n][i] = seen ? exp2_fast(p[0][n][i] * scale * LOG2_E - lse_tile[tile_row]) : 0;
            }
        }
        scores_by_rows<D>(dv, p, dout_tile, column);
        rows_by_rows<D>(ds, v_tile + warp_key * stride_of<D>, dout_tile);
#pragma unroll
        for (int n = 0; n < NT; n++) {
#pragma unroll
            for (int i = 0; i < 4; i++) {
                const int tile_row = 8 * n + 2 * pair_lane() + i % 2;
                ds[0][n][i] = p[0][n][i] * (ds[0][n][i] - delta_tile[tile_row]) * scale;
            }
        }
        scores_by_rows<D>(dk, ds, q_tile, column);
        __syncthreads();
    }
#pragma unroll
    for (int half = 0; half < 2; half++) {
        const int key = warp_key + group_lane() + 8 * half;
        if (key >= tile.count) continue;
        bf16* to_k = dqkv + (tile.row + key) * int64_t{heads.fused()} * D + (heads.query + kv_head) * D + column;
        uint32_t* to_dk = reinterpret_cast<uint32_t*>(to_k) + pair_lane();
        uint32_t* to_dv = reinterpret_cast<uint32_t*>(to_k + heads.key_value * D) + pair_lane();
#pragma unroll
        for (int n = 0; n < DT; n++) {
            to_dk[4 * n] = pack_bf16(dk[0][n][2 * half], dk[0][n][2 * half + 1]);
            to_dv[4 * n] = pack_bf16(dv[0][n][2 * half], dv[0][n][2 * half + 1]);
        }
    }
}

template <int D> struct QueriesBackward {
    static constexpr int MT = D <= 128 ? 2 : 1;
    static constexpr int ROWS = WARPS * 16 * MT;
    static constexpr int KEYS = 32;
    static constexpr int TILE = KEYS * stride_of<D>;
    /** q and dout, two of k and v each; lse and delta. */
    static constexpr size_t SHARED = sizeof(bf16) * (2 * ROWS * stride_of<D> + 4 * TILE) + sizeof(float) * 2 * ROWS;
};

/** dq of one tile of rows under one head. */
template <int D>
__global__ __launch_bounds__(THREADS, 1) void queries_backward_kernel(bf16* dqkv, const bf16* dout, const float* lse,
                                                                      const float* delta, const bf16* q,
                                                                      const bf16* keys, const bf16* values,
                                                                      CacheRows rows, HeadShape heads, Tiles tiles,
                                                                      float scale, int window) {
    using B = QueriesBackward<D>;
    constexpr int MT = B::MT, NT = B::KEYS / 8, DT = D / 8;
    if (static_cast<int>(blockIdx.x) >= *tiles.count) return;
    const Tile tile = tiles.list[blockIdx.x];
    const int head = blockIdx.y, kv_head = head / heads.group();
    const int first = rows.positions[tile.row], last = first + tile.count - 1;
    CATRL_SHARED(bf16, q_tile);
    bf16* dout_tile = q_tile + B::ROWS * stride_of<D>;
    bf16* k_tiles = dout_tile + B::ROWS * stride_of<D>;
    bf16* v_tiles = k_tiles + 2 * B::TILE;
    auto query = [&](const bf16* matrix) {
        return [=](int i) {
            return i < tile.count ? matrix + ((tile.row + i) * int64_t{heads.query} + head) * D : nullptr;
        };
    };
    load_rows<B::ROWS, D, THREADS>(q_tile, threadIdx.x, query(q));
    load_rows<B::ROWS, D, THREADS>(dout_tile, threadIdx.x, query(dout));
    auto load_keys = [&](int tile_index) {
        auto slot = [&](const bf16* cache) {
            return [=](int i) {
                int key = tile_index * B::KEYS + i;
                return key <= last ? cache + rows.slot(tile.row, key, kv_head, heads.key_value) * D : nullptr;
            };
        };
        load_rows<B::KEYS, D, THREADS>(k_tiles + tile_index % 2 * B::TILE, threadIdx.x, slot(keys));
        load_rows<B::KEYS, D, THREADS>(v_tiles + tile_index % 2 * B::TILE, threadIdx.x, slot(values));
        close_copies();
    };
    const int warp_row = threadIdx.x / WARP * 16 * MT;
    float* lse_tile = reinterpret_cast<float*>(v_tiles + 2 * B::TILE);
    float* delta_tile = lse_tile + B::ROWS;
    for (int row = threadIdx.x; row < B::ROWS; row += THREADS) {
        const int64_t head_of_row = (tile.row + row) * int64_t{heads.query} + head;
        lse_tile[row] = row < tile.count ? lse[head_of_row] * LOG2_E : 0;
        delta_tile[row] = row < tile.count ? delta[head_of_row] : 0;
    }
    Accumulator dq[MT][DT] = {};
    const int from = window > 0 ? max(0, first - window + 1) / B::KEYS : 0;
    const int to = last / B::KEYS;
    load_keys(from);
    for (int tile_index = from; tile_index <= to; tile_index++) {
        if (tile_index < to) {
            load_keys(tile_index + 1);
            await_copies<1>();
        } else {
            await_copies<0>();
        }
        __syncthreads();
        const bf16* k_tile = k_tiles + tile_index % 2 * B::TILE;
        Accumulator p[MT][NT], ds[MT][NT];
        rows_by_rows<D>(p, q_tile + warp_row * stride_of<D>, k_tile);
        mask_scores(p, first + warp_row, tile_index * B::KEYS, window);
        rows_by_rows<D>(ds, dout_tile + warp_row * stride_of<D>, v_tiles + tile_index % 2 * B::TILE);
#pragma unroll
        for (int m = 0; m < MT; m++) {
#pragma unroll
            for (int i = 0; i < 4; i++) {
                const int row = warp_row + 16 * m + group_lane() + i / 2 * 8;
                const float log_sum = lse_tile[row], shift = delta_tile[row];
#pragma unroll
                for (int n = 0; n < NT; n++) {
                    const float weight = exp2_fast(p[m][n][i] * scale * LOG2_E - log_sum);
                    ds[m][n][i] = weight * (ds[m][n][i] - shift) * scale;
                }
            }
        }
        scores_by_rows<D>(dq, ds, k_tile, 0);
        __syncthreads();
    }
#pragma unroll
    for (int m = 0; m < MT; m++) {
#pragma unroll
        for (int half = 0; half < 2; half++) {
            const int row = warp_row + 16 * m + 8 * half + group_lane();
            if (row >= tile.count) continue;
            uint32_t* to_dq = reinterpret_cast<uint32_t*>(dqkv + (tile.row + row) * int64_t{heads.fused()} * D
                                                          + head * D) + pair_lane();
#pragma unroll
            for (int n = 0; n < DT; n++) to_dq[4 * n] = pack_bf16(dq[m][n][2 * half], dq[m][n][2 * half + 1]);
        }
    }
}

/* ---- launches --------------------------------------------------------------------------------------------------- */

template <int D> struct AttentionOf {
    CudaContext* ctx;
    AttentionCall call;
    const bf16 *keys, *values;
    float scale2;

    AttentionOf(CudaContext* ctx, const AttentionCall& call)
        : ctx(ctx), call(call), keys(static_cast<const bf16*>(call.keys)),
          values(static_cast<const bf16*>(call.values)), scale2(call.scale * LOG2_E) { }

    void forward(bf16* o, float* lse, const bf16* q) {
        /* training and exact mode: one path for all rows; else single rows are decoded in splits */
        const bool lone_rows = ctx->exact || lse != nullptr;
        if (lone_rows || call.rows.count != call.rows.sequences) tiled(o, lse, q, lone_rows);
        if (!lone_rows) decode(o, lse, q);
    }

    void backward(bf16* dqkv, const bf16* dout, const bf16* o, const float* lse, const bf16* q) {
        using K = KeysBackward<D>;
        using Q = QueriesBackward<D>;
        const int64_t heads_of_rows = int64_t{call.rows.count} * call.heads.query;
        const size_t key_tiles = tiles_bytes(call.rows, K::KEYS), query_tiles = tiles_bytes(call.rows, Q::ROWS);
        char* memory = static_cast<char*>(ctx->scratch(key_tiles + query_tiles + sizeof(float) * heads_of_rows));
        float* delta = reinterpret_cast<float*>(memory + key_tiles + query_tiles);
        CATRL_LAUNCH(ctx, blocks_for(heads_of_rows, WARPS, INT32_MAX), THREADS, 0, (delta_kernel<D>), delta, dout, o,
                     heads_of_rows);
        Tiles of_keys = list_tiles(ctx, memory, call.rows, K::KEYS);
        allow_shared(keys_backward_kernel<D>, K::SHARED);
        const dim3 key_grid(most_tiles(call.rows, K::KEYS), call.heads.key_value, D / K::COLUMNS);
        CATRL_LAUNCH(ctx, key_grid, THREADS, K::SHARED, (keys_backward_kernel<D>), dqkv, dout, lse, delta, q, keys,
                     values, call.rows, call.heads, of_keys, call.scale, call.window);
        Tiles of_queries = list_tiles(ctx, memory + key_tiles, call.rows, Q::ROWS);
        allow_shared(queries_backward_kernel<D>, Q::SHARED);
        const dim3 query_grid(most_tiles(call.rows, Q::ROWS), call.heads.query);
        CATRL_LAUNCH(ctx, query_grid, THREADS, Q::SHARED, (queries_backward_kernel<D>), dqkv, dout, lse, delta, q,
                     keys, values, call.rows, call.heads, of_queries, call.scale, call.window);
    }

private:
    void tiled(bf16* o, float* lse, const bf16* q, bool lone_rows) {
        using F = Forward<D>;
        Tiles tiles = list_tiles(ctx, ctx->scratch(tiles_bytes(call.rows, F::ROWS)), call.rows, F::ROWS);
        allow_shared(forward_kernel<D>, F::SHARED);
        const dim3 grid(most_tiles(call.rows, F::ROWS), call.heads.query);
        CATRL_LAUNCH(ctx, grid, THREADS, F::SHARED, (forward_kernel<D>), o, lse, q, keys, values, call.rows,
                     call.heads, tiles, scale2, call.window, lone_rows);
    }

    void decode(bf16* o, float* lse, const bf16* q) {
        using S = Split<D>;
        const int splits = (call.rows.blocks_per_sequence + SPLIT_BLOCKS - 1) / SPLIT_BLOCKS;
        float* results = static_cast<float*>(
            ctx->scratch(sizeof(float) * call.rows.count * call.heads.query * splits * S::RESULT));
        allow_shared(split_kernel<D>, S::SHARED);
        const dim3 grid(call.rows.count, splits, call.heads.key_value);
        CATRL_LAUNCH(ctx, grid, THREADS, S::SHARED, (split_kernel<D>), results, q, keys, values, call.rows, call.heads,
                     splits, scale2, call.window);
        CATRL_LAUNCH(ctx, dim3(call.rows.count, call.heads.query), D, 0, (merge_kernel<D>), o, lse, results, call.rows,
                     call.heads, splits, scale2, call.window);
    }
};

/** The most that a kernel of a head size takes. */
template <int D>
constexpr size_t most_shared = std::max({Forward<D>::SHARED, Split<D>::SHARED, KeysBackward<D>::SHARED,
                                         QueriesBackward<D>::SHARED});

/** body(the attention of a head size). */
template <class F> void with_head_size(CudaContext* ctx, const AttentionCall& call, F&& body) {
    switch (call.heads.size) {
        case 64: return body(AttentionOf<64>(ctx, call));
        case 96: return body(AttentionOf<96>(ctx, call));
        case 128: return body(AttentionOf<128>(ctx, call));
        case 256: return body(AttentionOf<256>(ctx, call));
        default: fail("attention on tensor cores with head size %d", call.heads.size);
    }
}

}  // namespace

bool has_attention_mma(const CudaContext* ctx, const AttentionCall& call) {
    if (call.storage != CATRL_BF16) return false;
    switch (call.heads.size) {
        case 64: return ctx->shared_bytes >= most_shared<64>;
        case 96: return ctx->shared_bytes >= most_shared<96>;
        case 128: return ctx->shared_bytes >= most_shared<128>;
        case 256: return ctx->shared_bytes >= most_shared<256>;
        default: return false;
    }
}

void attention_mma(CudaContext* ctx, void* o, float* lse, const void* q, const AttentionCall& call) {
    with_head_size(ctx, call, [&](auto attention) {
        attention.forward(static_cast<bf16*>(o), lse, static_cast<const bf16*>(q));
    });
}

void attention_backward_mma(CudaContext* ctx, void* dqkv, const void* dout, const void* o, const float* lse,
                            const void* q, const AttentionCall& call) {
    with_head_size(ctx, call, [&](auto attention) {
        attention.backward(static_cast<bf16*>(dqkv), static_cast<const bf16*>(dout), static_cast<const bf16*>(o), lse,
                           static_cast<const bf16*>(q));
    });
}

}  // namespace catrl
