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

struct Product {
    const float* a;
    int64_t aTile, aRow, aStep;  // floats from one tile, row, step over K to the next
    const float* b;
    const float* start;  // what the sums start from, or null for 0
    const float* bias;   // added to the start, or null
    float* c;
    int m, n, k;         // C is [m, n], row-major
};

/** M rows and WIDE vectors of C, over depth steps; width columns of them exist. */
template <int M>
static void tile(const Product& p, const float* a, const float* b, int depth, const float* start, const float* bias,
                 float* c, int width) {
    Vec sum[M][WIDE];
#pragma GCC unroll 16
    for (int i = 0; i < M; i++) {
#pragma GCC unroll 2
        for (int v = 0; v < WIDE; v++) {
            int left = width - v * LANES;
            int64_t at = int64_t{i} * p.n + v * LANES;
            sum[i][v] = start == nullptr || left <= 0 ? zero() : loadUpTo(start + at, left);
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
            if (width > v * LANES) storeUpTo(c + int64_t{i} * p.n + v * LANES, sum[i][v], width - v * LANES);
        }
    }
}

using Tile = decltype(&tile<1>);

CATRL_INLINE Tile tileOf(int rows) {
#if defined(__AVX512F__)
    static constexpr Tile tiles[] = {tile<1>, tile<2>, tile<3>, tile<4>, tile<5>, tile<6>, tile<7>, tile<8>};
#elif defined(__AVX2__)
    static constexpr Tile tiles[] = {tile<1>, tile<2>, tile<3>, tile<4>, tile<5>, tile<6>};
#else
    static constexpr Tile tiles[] = {tile<1>, tile<2>};
#endif
    return tiles[rows - 1];
}

/** Rows [row, rowEnd) of the columns of one panel, over steps [k, k + depth). */
static void panelOf(const Product& p, int panel, int row, int rowEnd, int k, int depth) {
    for (; row < rowEnd; row += TILE) {
        int rows = rowEnd - row < TILE ? rowEnd - row : TILE;
        Tile run = tileOf(rows);
        const float* a = p.a + row / TILE * p.aTile + k * p.aStep;
        for (int column = panel * PANEL; column < (panel + 1) * PANEL && column < p.n; column += WIDE * LANES) {
            const float* b = p.b + int64_t{panel} * PANEL * p.k + int64_t{k} * PANEL + column % PANEL;
            int64_t at = int64_t{row} * p.n + column;
            const float* start = k > 0 ? p.c + at : p.start == nullptr ? nullptr : p.start + at;
            run(p, a, b, depth, start, k > 0 || p.bias == nullptr ? nullptr : p.bias + column, p.c + at,
                p.n - column);
        }
    }
}

static void multiply(catrl_cpu* ctx, const Product& p) {
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
static void packTransposed(float* packed, const float* weight, int n, int k, int panel) {
    constexpr int STEPS = 16;
    float* to = packed + int64_t{panel} * PANEL * k;
    for (int from = 0; from < k; from += STEPS) {
        int steps = k - from < STEPS ? k - from : STEPS;
        for (int j = 0; j < PANEL; j++) {
            int row = panel * PANEL + j;
            const float* x = weight + int64_t{row} * k + from;
            for (int s = 0; s < steps; s++) to[(from + s) * PANEL + j] = row < n ? x[s] : 0;
        }
    }
}

/** B = the rows [0, k) of a matrix as they are: n columns, a panel at a time. */
static void packRows(float* packed, const float* matrix, int n, int k, int panel) {
    float* to = packed + int64_t{panel} * PANEL * k;
    int columns = n - panel * PANEL < PANEL ? n - panel * PANEL : PANEL;
    for (int row = 0; row < k; row++) {
        const float* from = matrix + int64_t{row} * n + panel * PANEL;
        if (columns == PANEL) std::memcpy(to + row * PANEL, from, sizeof(float) * PANEL);
        else for (int j = 0; j < PANEL; j++) to[row * PANEL + j] = j < columns ? from[j] : 0;
    }
}

/** Tiles packed together, so that a row of the matrix is read some cache lines at a time. */
constexpr int TILES = 8;

/** A = the transpose of the rows [0, k) of a matrix of m columns: TILES tiles from first. */
static void packTiles(float* packed, const float* matrix, int m, int k, int first) {
    int last = first + TILES < (m + TILE - 1) / TILE ? first + TILES : (m + TILE - 1) / TILE;
    for (int step = 0; step < k; step++) {
        const float* row = matrix + int64_t{step} * m;
        for (int tile = first; tile < last; tile++) {
            float* to = packed + (int64_t{tile} * k + step) * TILE;
            int rows = m - tile * TILE;
            if (rows >= TILE) std::memcpy(to, row + tile * TILE, sizeof(float) * TILE);
            else for (int i = 0; i < TILE; i++) to[i] = i < rows ? row[tile * TILE + i] : 0;
        }
    }
}

int64_t packed_length(catrl_cpu*, int n, int k) { return panelFloats(n, k); }

void pack(catrl_cpu* ctx, float* packed, const float* weight, int n, int k) {
    ctx->parallel((n + PANEL - 1) / PANEL, 1, [&](int64_t begin, int64_t end, int) {
        for (int64_t panel = begin; panel < end; panel++) {
            packTransposed(packed, weight, n, k, static_cast<int>(panel));
        }
    });
}

void linear(catrl_cpu* ctx, float* y, const float* x, const float* packed, const float* bias, const float* addend,
            int m, int n, int k) {
    multiply(ctx, {x, int64_t{TILE} * k, k, 1, packed, addend, bias, y, m, n, k});
}

void linear_backward_input(catrl_cpu* ctx, float* dx, const float* dy, const float* weight, int m, int n, int k,
                           int accumulate) {
    float* panels = ctx->shared.floats(panelFloats(k, n));
    ctx->parallel((k + PANEL - 1) / PANEL, 1, [&](int64_t begin, int64_t end, int) {
        for (int64_t panel = begin; panel < end; panel++) packRows(panels, weight, k, n, static_cast<int>(panel));
    });
    multiply(ctx, {dy, int64_t{TILE} * n, n, 1, panels, accumulate ? dx : nullptr, nullptr, dx, m, k, n});
}

/** dbias += column sums of dy; a thread owns columns, so every sum runs in row order. */
static void addColumns(catrl_cpu* ctx, float* dbias, const float* dy, int m, int n) {
    ctx->parallel(n, 64, [&](int64_t begin, int64_t end, int) {
        for (int64_t i = 0; i < m; i++) {
            for (int64_t j = begin; j < end; j++) dbias[j] += dy[i * n + j];
        }
    });
}

void linear_backward_weight(catrl_cpu* ctx, float* dweight, float* dbias, const float* dy, const float* x, int m,
                            int n, int k) {
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
        multiply(ctx, {a, int64_t{TILE} * rows, 1, TILE, b, dweight, nullptr, dweight, n, k, rows});
    }
    if (dbias != nullptr) addColumns(ctx, dbias, dy, m, n);
}

}  // namespace CATRL_ISA
}  // namespace catrl
