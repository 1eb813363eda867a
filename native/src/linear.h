/*
 * linear and its two backwards, all by one kernel: C[m, n] = start + A B, where every element of C is one chain of
 * fused multiply-adds over K, in order, from its starting value. Blocking only cuts that chain into pieces that meet
 * in C, so neither the tile at hand, nor the batch, nor the threads change a bit.
 *
 * B stands in panels of PANEL columns, [panel][K][PANEL], the last one filled up with zeros. A is read in place
 * (forward, input gradient) or from tiles of TILE rows, [tile][K][TILE] (weight gradient, where it is dy transposed).
 */
#pragma once

namespace catrl {
namespace CATRL_ISA {

/** Columns of a panel of B. */
constexpr int PANEL = 32;

/* Rows and vectors of the accumulator tile, to fill the register file: 16 of 32, 12 of 16, 8 of 16 registers. */
#if defined(__AVX512F__)
constexpr int TILE = 8;
constexpr int WIDE = 2;
#elif defined(__AVX2__)
constexpr int TILE = 6;
constexpr int WIDE = 1;
#else
constexpr int TILE = 2;
constexpr int WIDE = 1;
#endif

/** Steps over K between two visits of C: a panel's piece stays in the nearest caches. */
constexpr int DEPTH = 256;
/** Rows of one task: its piece of A stays in the second-level cache. */
constexpr int ROWS = TILE * 16;
/** Rows of dy and x packed at a time for the weight gradient. */
constexpr int CHUNK = 512;

template <class B> struct Product {
    const float* a;
    int64_t aTile, aRow, aStep;  // floats from one tile, row, step over K to the next
    const B* b;
    const float* start;  // what the sums start from, or null for 0
    const float* bias;   // added to the start, or null
    float* c;
    int m, n, k;         // C is [m, n], row-major
    int64_t stride;      // floats from one row of C, and of start, to the next
};

/** M rows and WIDE vectors of C, over depth steps; width columns of them exist. */
template <int M, class B>
static void tile(const Product<B>& p, const float* a, const B* b, int depth, const float* start, const float* bias,
                 float* c, int width) {
    Vec sum[M][WIDE];
#pragma GCC unroll 16
    for (int i = 0; i < M; i++) {
#pragma GCC unroll 2
        for (int v = 0; v < WIDE; v++) {
            int left = width - v * LANES;
            int64_t element = i * p.stride + v * LANES;
            sum[i][v] = start == nullptr || left <= 0 ? zero() : loadUpTo(start + element, left);
            if (bias != nullptr && left > 0) sum[i][v] = sum[i][v] + loadUpTo(bias + v * LANES, left);
        }
    }
    for (int k = 0; k < depth; k++) {
        Vec row[WIDE];
#pragma GCC unroll 2
        for (int v = 0; v < WIDE; v++) row[v] = load(b + v * LANES);
#pragma GCC unroll 16
        for (int i = 0; i < M; i++) {
            Vec x = broadcast(a[i * p.aRow]);
#pragma GCC unroll 2
            for (int v = 0; v < WIDE; v++) sum[i][v] = fma(x, row[v], sum[i][v]);
        }
        a += p.aStep;
        b += PANEL;
    }
#pragma GCC unroll 16
    for (int i = 0; i < M; i++) {
#pragma GCC unroll 2
        for (int v = 0; v < WIDE; v++) {
            if (width > v * LANES) storeUpTo(c + i * p.stride + v * LANES, sum[i][v], width - v * LANES);
        }
    }
}

template <class B> CATRL_INLINE auto tileOf(int rows) {
#if defined(__AVX512F__)
    static constexpr decltype(&tile<1, B>) tiles[] = {tile<1, B>, tile<2, B>, tile<3, B>, tile<4, B>,
                                                      tile<5, B>, tile<6, B>, tile<7, B>, tile<8, B>};
#elif defined(__AVX2__)
    static constexpr decltype(&tile<1, B>) tiles[] = {tile<1, B>, tile<2, B>, tile<3, B>,
                                                      tile<4, B>, tile<5, B>, tile<6, B>};
#else
    static constexpr decltype(&tile<1, B>) tiles[] = {tile<1, B>, tile<2, B>};
#endif
    return tiles[rows - 1];
}

/** Rows [row, rowEnd) of the columns of one panel, over steps [k, k + depth). */
template <class B>
static void panelOf(const Product<B>& p, int panel, int row, int rowEnd, int k, int depth) {
    for (; row < rowEnd; row += TILE) {
        int rows = rowEnd - row < TILE ? rowEnd - row : TILE;
        auto run = tileOf<B>(rows);
        const float* a = p.a + row / TILE * p.aTile + k * p.aStep;
        for (int column = panel * PANEL; column < (panel + 1) * PANEL && column < p.n; column += WIDE * LANES) {
            const B* b = p.b + int64_t{panel} * PANEL * p.k + int64_t{k} * PANEL + column % PANEL;
            int64_t corner = row * p.stride + column;
            const float* start = k > 0 ? p.c + corner : p.start == nullptr ? nullptr : p.start + corner;
            run(p, a, b, depth, start, k > 0 || p.bias == nullptr ? nullptr : p.bias + column, p.c + corner,
                p.n - column);
        }
    }
}

#if defined(__AVX512BF16__)
/**
 * The product of 16-bit numbers, two steps over K at a time: a panel of B is [K / 2][PANEL][2], its last step filled up
 * with a zero. Every element is one chain of dot products of pairs, in order.
 */
struct PairProduct {
    const Bf16* a;       // [m, k], k even
    const Bf16* b;
    const float* start;  // what the sums start from, or null for 0
    const float* bias;   // added to the start, or null
    float* c;
    int m, n, k;
    int64_t stride;      // floats from one row of C, and of start, to the next
};

template <int M>
static void pairTile(const PairProduct& p, const Bf16* a, const Bf16* b, int depth, const float* start,
                     const float* bias, float* c, int width) {
    __m512 sum[M][2];
#pragma GCC unroll 16
    for (int i = 0; i < M; i++) {
#pragma GCC unroll 2
        for (int v = 0; v < 2; v++) {
            int left = width - v * LANES;
            Vec from = start == nullptr || left <= 0 ? zero() : loadUpTo(start + i * p.stride + v * LANES, left);
            if (bias != nullptr && left > 0) from = from + loadUpTo(bias + v * LANES, left);
            sum[i][v] = (__m512) from.part[0];
        }
    }
    for (int k = 0; k < depth; k += 2, b += 2 * PANEL) {
        __m512bh left = (__m512bh) _mm512_loadu_si512(b);
        __m512bh right = (__m512bh) _mm512_loadu_si512(b + 2 * LANES);
#pragma GCC unroll 16
        for (int i = 0; i < M; i++) {
            int32_t pair;
            std::memcpy(&pair, a + int64_t{i} * p.k + k, sizeof pair);
            __m512bh x = (__m512bh) _mm512_set1_epi32(pair);
            sum[i][0] = _mm512_dpbf16_ps(sum[i][0], x, left);
            sum[i][1] = _mm512_dpbf16_ps(sum[i][1], x, right);
        }
    }
#pragma GCC unroll 16
    for (int i = 0; i < M; i++) {
#pragma GCC unroll 2
        for (int v = 0; v < 2; v++) {
            int left = width - v * LANES;
            if (left > 0) storeUpTo(c + i * p.stride + v * LANES, Vec{{(Part) sum[i][v]}}, left);
        }
    }
}

/** Rows [row, rowEnd) of the columns of one panel, over steps [k, k + depth). */
static void panelOf(const PairProduct& p, int panel, int row, int rowEnd, int k, int depth) {
    static constexpr decltype(&pairTile<1>) tiles[] = {pairTile<1>, pairTile<2>, pairTile<3>, pairTile<4>,
                                                       pairTile<5>, pairTile<6>, pairTile<7>, pairTile<8>};
    for (; row < rowEnd; row += TILE) {
        int rows = rowEnd - row < TILE ? rowEnd - row : TILE;
        int column = panel * PANEL;
        int64_t corner = row * p.stride + column;
        const float* start = k > 0 ? p.c + corner : p.start == nullptr ? nullptr : p.start + corner;
        tiles[rows - 1](p, p.a + int64_t{row} * p.k + k, p.b + int64_t{panel} * PANEL * p.k + int64_t{k} * PANEL, depth,
                        start, k > 0 || p.bias == nullptr ? nullptr : p.bias + column, p.c + corner, p.n - column);
    }
}
#endif

template <class P> static void multiply(CpuContext* ctx, const P& p) {
    if (p.m == 0) return;
    int panels = (p.n + PANEL - 1) / PANEL;
    int rowBlocks = (p.m + ROWS - 1) / ROWS;
    int groups = (4 * ctx->threads() + rowBlocks - 1) / rowBlocks;
    groups = groups < panels ? groups : panels;
    ctx->parallel(int64_t{rowBlocks} * groups, 1, [&](int64_t begin, int64_t end, int) {
        for (int64_t task = begin; task < end; task++) {
            int row = static_cast<int>(task / groups) * ROWS;
            int rowEnd = row + ROWS < p.m ? row + ROWS : p.m;
            int group = static_cast<int>(task % groups);
            int firstPanel = static_cast<int>(int64_t{panels} * group / groups);
            int lastPanel = static_cast<int>(int64_t{panels} * (group + 1) / groups);
            for (int k = 0; k < p.k; k += DEPTH) {
                int depth = p.k - k < DEPTH ? p.k - k : DEPTH;
                for (int panel = firstPanel; panel < lastPanel; panel++) panelOf(p, panel, row, rowEnd, k, depth);
            }
        }
    });
}

CATRL_INLINE int64_t panelFloats(int n, int k) { return int64_t{(n + PANEL - 1) / PANEL} * PANEL * k; }

/** B = W^T: column j of a panel is row j of the weight. */
template <class T> static void packTransposed(T* packed, const T* weight, int n, int k, int panel) {
    constexpr int STEPS = 16;
    T* to = packed + int64_t{panel} * PANEL * k;
    for (int from = 0; from < k; from += STEPS) {
        int steps = k - from < STEPS ? k - from : STEPS;
        for (int j = 0; j < PANEL; j++) {
            int row = panel * PANEL + j;
            const T* x = weight + int64_t{row} * k + from;
            for (int s = 0; s < steps; s++) to[(from + s) * PANEL + j] = row < n ? x[s] : T(0.0f);
        }
    }
}

#if defined(__AVX512BF16__)
/** B = W^T in pairs of steps; what is beyond K or N is 0. */
static void packPairs(Bf16* packed, const Bf16* weight, int n, int k, int panel) {
    Bf16* to = packed + int64_t{panel} * PANEL * (k + k % 2);
    for (int step = 0; step < k + k % 2; step++) {
        for (int j = 0; j < PANEL; j++) {
            int row = panel * PANEL + j;
            to[(step / 2 * PANEL + j) * 2 + step % 2] =
                row < n && step < k ? weight[int64_t{row} * k + step] : Bf16(0.0f);
        }
    }
}
#endif

/** B = the rows [0, k) of a matrix as they are: n columns, a panel at a time. */
template <class T> static void packRows(float* packed, const T* matrix, int n, int k, int panel) {
    float* to = packed + int64_t{panel} * PANEL * k;
    int columns = n - panel * PANEL < PANEL ? n - panel * PANEL : PANEL;
    for (int row = 0; row < k; row++) {
        const T* from = matrix + int64_t{row} * n + panel * PANEL;
        for (int j = 0; j < PANEL; j++) to[row * PANEL + j] = j < columns ? static_cast<float>(from[j]) : 0;
    }
}

/** Tiles packed together, so that a row of the matrix is read some cache lines at a time. */
constexpr int TILES = 8;

/** A = the transpose of the rows [0, k) of a matrix of m columns: TILES tiles from first. */
template <class T> static void packTiles(float* packed, const T* matrix, int m, int k, int first) {
    int last = first + TILES < (m + TILE - 1) / TILE ? first + TILES : (m + TILE - 1) / TILE;
    for (int step = 0; step < k; step++) {
        const T* row = matrix + int64_t{step} * m;
        for (int tile = first; tile < last; tile++) {
            float* to = packed + (int64_t{tile} * k + step) * TILE;
            int rows = m - tile * TILE;
            for (int i = 0; i < TILE; i++) to[i] = i < rows ? static_cast<float>(row[tile * TILE + i]) : 0;
        }
    }
}

/** Room for either type, and for a whole number of pairs. */
int64_t packed_length(catrl_context*, int n, int k) { return panelFloats(n, k + k % 2); }

CATRL_INLINE void packPanel(float* packed, const float* weight, int n, int k, int panel) {
    packTransposed(packed, weight, n, k, panel);
}

CATRL_INLINE void packPanel(Bf16* packed, const Bf16* weight, int n, int k, int panel) {
#if defined(__AVX512BF16__)
    packPairs(packed, weight, n, k, panel);
#else
    packTransposed(packed, weight, n, k, panel);
#endif
}

void pack(catrl_context* context, void* packed, const void* weight, const catrl_product* shape) {
    int n = static_cast<int>(shape->n), k = static_cast<int>(shape->k);
    withStorage(shape->storage, [&](auto type) {
        using T = decltype(type);
        cpu(context)->parallel((n + PANEL - 1) / PANEL, 1, [&](int64_t begin, int64_t end, int) {
            for (int64_t panel = begin; panel < end; panel++) {
                packPanel(static_cast<T*>(packed), static_cast<const T*>(weight), n, k, static_cast<int>(panel));
            }
        });
    });
}

#if defined(__AVX512BF16__)
/** x [m, k] as pairs want it: where k is odd, a copy with a zero behind each row. */
static const Bf16* paired(CpuContext* ctx, const Bf16* x, int m, int k) {
    if (k % 2 == 0) return x;
    Bf16* padded = static_cast<Bf16*>(ctx->shared.bytes(sizeof(Bf16) * m * (k + 1)));
    for (int64_t i = 0; i < m; i++) {
        std::memcpy(padded + i * (k + 1), x + i * k, sizeof(Bf16) * k);
        padded[i * (k + 1) + k] = Bf16(0.0f);
    }
    return padded;
}
#endif

/** to = from, widened or rounded: m rows of n elements, at their strides. */
template <class To, class From>
static void convertRows(CpuContext* ctx, To* to, int64_t toStride, const From* from, int64_t fromStride, int m, int n) {
    if (toStride == n && fromStride == n) {
        convert(ctx, to, from, int64_t{m} * n);
        return;
    }
    for (int64_t i = 0; i < m; i++) convert(ctx, to + i * toStride, from + i * fromStride, n);
}

/** Sums in floats, which are rounded once where y is stored in 16 bits. */
static void linear16(CpuContext* ctx, void* y, const Bf16* x, const catrl_linear& of) {
    const Bf16* packed = static_cast<const Bf16*>(of.packed);
    int m = static_cast<int>(of.shape.m), n = static_cast<int>(of.shape.n), k = static_cast<int>(of.shape.k);
    bool rounded = of.y_type == CATRL_BF16;
    Widened wide(ctx, (rounded ? int64_t{m} * n : 0) + n + int64_t{m} * k);
    int64_t stride = rounded ? n : of.stride;
    float* c = rounded ? wide.room(int64_t{m} * n) : static_cast<float*>(y);
    const float* start = static_cast<const float*>(of.addend);
    if (rounded && of.addend != nullptr) {
        convertRows(ctx, c, n, static_cast<const Bf16*>(of.addend), of.stride, m, n);
        start = c;
    }
    const float* bias = wide.of(of.bias, n);
#if defined(__AVX512BF16__)
    multiply(ctx, PairProduct{paired(ctx, x, m, k), packed, start, bias, c, m, n, k + k % 2, stride});
#else
    multiply(ctx, Product<Bf16>{wide.of(x, int64_t{m} * k), int64_t{TILE} * k, k, 1, packed, start, bias, c, m, n, k,
                                stride});
#endif
    if (rounded) convertRows(ctx, static_cast<Bf16*>(y), of.stride, c, n, m, n);
}

void linear(catrl_context* context, void* y, const void* x, const catrl_linear* of) {
    CpuContext* ctx = cpu(context);
    if (of->shape.storage == CATRL_BF16) {
        linear16(ctx, y, static_cast<const Bf16*>(x), *of);
        return;
    }
    int m = static_cast<int>(of->shape.m), n = static_cast<int>(of->shape.n), k = static_cast<int>(of->shape.k);
    multiply(ctx, Product<float>{static_cast<const float*>(x), int64_t{TILE} * k, k, 1,
                                 static_cast<const float*>(of->packed), static_cast<const float*>(of->addend),
                                 static_cast<const float*>(of->bias), static_cast<float*>(y), m, n, k, of->stride});
}

/** dx and dy in floats; the weight is packed as it is. */
template <class T>
static void inputBackward(CpuContext* ctx, float* dx, const float* dy, const T* weight, int m, int n, int k,
                          bool accumulate) {
    float* panels = ctx->shared.floats(panelFloats(k, n));
    ctx->parallel((k + PANEL - 1) / PANEL, 1, [&](int64_t begin, int64_t end, int) {
        for (int64_t panel = begin; panel < end; panel++) packRows(panels, weight, k, n, static_cast<int>(panel));
    });
    multiply(ctx, Product<float>{dy, int64_t{TILE} * n, n, 1, panels, accumulate ? dx : nullptr, nullptr, dx, m, k, n,
                                 k});
}

void linear_backward_input(catrl_context* context, void* dx, const void* dy, const void* weight,
                           const catrl_product* shape, int accumulate) {
    CpuContext* ctx = cpu(context);
    int m = static_cast<int>(shape->m), n = static_cast<int>(shape->n), k = static_cast<int>(shape->k);
    if (shape->storage == CATRL_F32) {
        inputBackward(ctx, static_cast<float*>(dx), static_cast<const float*>(dy), static_cast<const float*>(weight), m,
                      n, k, accumulate);
        return;
    }
    int64_t size = int64_t{m} * k;
    Widened wide(ctx, size + int64_t{m} * n);
    float* c = accumulate ? wide.of(dx, size) : wide.room(size);
    inputBackward(ctx, c, wide.of(dy, int64_t{m} * n), static_cast<const Bf16*>(weight), m, n, k, accumulate);
    wide.narrow(dx, c, size);
}

/** dbias += column sums of dy; a thread owns columns, so every sum runs in row order. */
template <class T> static void addColumns(CpuContext* ctx, float* dbias, const T* dy, int m, int n) {
    ctx->parallel(n, 64, [&](int64_t begin, int64_t end, int) {
        for (int64_t i = 0; i < m; i++) {
            for (int64_t j = begin; j < end; j++) dbias[j] += dy[i * n + j];
        }
    });
}

template <class T>
static void weightBackward(CpuContext* ctx, float* dweight, float* dbias, const T* dy, const T* x, int m, int n,
                           int k) {
    int tiles = (n + TILE - 1) / TILE;
    int panels = (k + PANEL - 1) / PANEL;
    for (int from = 0; from < m; from += CHUNK) {
        int rows = m - from < CHUNK ? m - from : CHUNK;
        float* a = ctx->shared.floats(panelFloats(k, rows) + int64_t{tiles} * TILE * rows);
        float* b = a + int64_t{tiles} * TILE * rows;
        int groups = (tiles + TILES - 1) / TILES;
        ctx->parallel(groups + panels, 1, [&](int64_t begin, int64_t end, int) {
            for (int i = static_cast<int>(begin); i < end; i++) {
                if (i < groups) packTiles(a, dy + int64_t{from} * n, n, rows, i * TILES);
                else packRows(b, x + int64_t{from} * k, k, rows, i - groups);
            }
        });
        multiply(ctx, Product<float>{a, int64_t{TILE} * rows, 1, TILE, b, dweight, nullptr, dweight, n, k, rows,
                                     k});
    }
    if (dbias != nullptr) addColumns(ctx, dbias, dy, m, n);
}

void linear_backward_weight(catrl_context* context, float* dweight, float* dbias, const void* dy, const void* x,
                            const catrl_product* shape) {
    withStorage(shape->storage, [&](auto type) {
        using T = decltype(type);
        weightBackward(cpu(context), dweight, dbias, static_cast<const T*>(dy), static_cast<const T*>(x),
                       static_cast<int>(shape->m), static_cast<int>(shape->n), static_cast<int>(shape->k));
    });
}

}  // namespace CATRL_ISA
}  // namespace catrl
