/*
 * attention over the paged cache and its backward. Keys are walked in blocks of 16, in order; every score is one
 * chain over the head's elements, every output one chain over the keys: how many queries are worked on together
 * changes no bit. What no query may see (later keys, unused slots) is left out, never multiplied by 0.
 */
#pragma once

#include <cmath>

namespace catrl {
namespace CATRL_ISA {

constexpr int BLOCK = CATRL_BLOCK;
static_assert(BLOCK == LANES, "a block's keys lie in the lanes of one vector");

/** Rows of one sequence that share their walk over the keys. */
constexpr int QUERIES = 8;

/** Where a product's left operand lies: element (row, step) is first[row * rowStride + step * stepStride]. */
template <class A> struct Left {
    const A* first;
    int64_t rowStride, stepStride;
};

/** Where its right operand lies: element (step, column) is first[step * stepStride + column]. */
template <class B> struct Right {
    const B* first;
    int64_t stepStride;
};

/** Where it goes: element (row, column) is first[row * rowStride + column]. */
struct Result {
    float* first;
    int64_t rowStride;
};

/** C[R, columns] (+)= A B over steps: R rows and WIDE vectors, the last one partial, of width, when PARTIAL. */
template <int R, int WIDE, bool PARTIAL, class A, class B>
static void small(Result c, Left<A> a, Right<B> b, int steps, int width, bool fresh) {
    Vec sum[R][WIDE];
#pragma GCC unroll 4
    for (int r = 0; r < R; r++) {
#pragma GCC unroll 4
        for (int v = 0; v < WIDE; v++) {
            const float* from = c.first + r * c.rowStride + v * LANES;
            sum[r][v] = fresh ? zero() : PARTIAL ? loadFirst(from, width) : load(from);
        }
    }
    const A* column = a.first;
    const B* next = b.first;
    for (int s = 0; s < steps; s++, column += a.stepStride, next += b.stepStride) {
        Vec row[WIDE];
#pragma GCC unroll 4
        for (int v = 0; v < WIDE; v++) row[v] = PARTIAL ? loadFirst(next, width) : load(next + v * LANES);
#pragma GCC unroll 4
        for (int r = 0; r < R; r++) {
            Vec x = broadcast(column[r * a.rowStride]);
#pragma GCC unroll 4
            for (int v = 0; v < WIDE; v++) sum[r][v] = fma(x, row[v], sum[r][v]);
        }
    }
#pragma GCC unroll 4
    for (int r = 0; r < R; r++) {
#pragma GCC unroll 4
        for (int v = 0; v < WIDE; v++) {
            float* to = c.first + r * c.rowStride + v * LANES;
            if (PARTIAL) storeFirst(to, sum[r][v], width);
            else store(to, sum[r][v]);
        }
    }
}

template <int R, class A, class B>
static void smallRows(Result c, int columns, Left<A> a, Right<B> b, int steps, bool fresh) {
    for (; columns >= 4 * LANES; columns -= 4 * LANES, c.first += 4 * LANES, b.first += 4 * LANES) {
        small<R, 4, false>(c, a, b, steps, 0, fresh);
    }
    for (; columns >= LANES; columns -= LANES, c.first += LANES, b.first += LANES) {
        small<R, 1, false>(c, a, b, steps, 0, fresh);
    }
    if (columns > 0) small<R, 1, true>(c, a, b, steps, columns, fresh);
}

/** C[rows, columns] = (fresh) or += the sum over steps of A[row, step] B[step, column]; each one chain, in order. */
template <class A, class B>
static void smallProduct(Result c, int rows, int columns, Left<A> a, Right<B> b, int steps, bool fresh) {
    for (; rows >= 4; rows -= 4, c.first += 4 * c.rowStride, a.first += 4 * a.rowStride) {
        smallRows<4>(c, columns, a, b, steps, fresh);
    }
    for (; rows > 0; rows--, c.first += c.rowStride, a.first += a.rowStride) {
        smallRows<1>(c, columns, a, b, steps, fresh);
    }
}

/** One query's scores against COUNT blocks at once: as many independent chains as hide a chain's latency. */
template <int COUNT, class T>
static void scoreBlocks(float* scores, const T* q, const T* const* keys, int size) {
    Vec sum[COUNT];
#pragma GCC unroll 4
    for (int b = 0; b < COUNT; b++) sum[b] = zero();
    for (int d = 0; d < size; d++) {
        Vec x = broadcast(q[d]);
#pragma GCC unroll 4
        for (int b = 0; b < COUNT; b++) sum[b] = fma(x, load(keys[b] + d * BLOCK), sum[b]);
    }
#pragma GCC unroll 4
    for (int b = 0; b < COUNT; b++) store(scores + b * BLOCK, sum[b]);
}

/** Consecutive rows of one sequence. */
struct Run {
    int32_t row, count;
};

/** Cuts the rows where the sequence changes, and after longest rows; returns how many runs there are. */
static int runsOf(Run* runs, const int32_t* sequence_of, int rows, int longest) {
    int count = 0;
    for (int row = 0; row < rows; row++) {
        bool extends = row > 0 && sequence_of[row] == sequence_of[row - 1] && runs[count - 1].count < longest;
        if (extends) runs[count - 1].count++;
        else runs[count++] = {row, 1};
    }
    return count;
}

/** The first position that the one at position sees; a window of 0 is no window. */
CATRL_INLINE int firstSeen(int position, int window) {
    return window == 0 || position < window ? 0 : position - window + 1;
}

/**
 * Scores to probabilities, in place, not yet divided by their sum, from block start on; what lies before key from or
 * is not before key to becomes 0.
 */
CATRL_INLINE float softmaxOf(float* scores, int start, int from, int to, float scale, float& lse) {
    const float infinity = __builtin_inff();
    int blocks = (to + BLOCK - 1) / BLOCK;
    Vec lane_max = broadcast(-infinity);
    for (int b = start; b < blocks; b++) {
        Vec s = load(scores + b * BLOCK) * broadcast(scale);
        s = select(greater(broadcast(static_cast<float>(to - b * BLOCK)), lanes()), s, broadcast(-infinity));
        s = select(greater(lanes(), broadcast(static_cast<float>(from - b * BLOCK - 1))), s, broadcast(-infinity));
        store(scores + b * BLOCK, s);
        lane_max = max(s, lane_max);
    }
    float row_max = largest(lane_max);
    Vec sums = zero();
    for (int b = start; b < blocks; b++) {
        Vec p = exp(load(scores + b * BLOCK) - broadcast(row_max));
        store(scores + b * BLOCK, p);
        sums = sums + p;
    }
    float total = sum(sums);
    lse = static_cast<float>(double{row_max} + std::log(double{total}));
    return total;
}

/** The operands of attention, of their storage type. */
template <class T> struct Attended {
    T* o;
    float* lse;
    const T *q, *keys, *values;
    float scale;
    int window;
};

/**
 * One run of rows under one query head: scores against all blocks in sight, then the values, block after block.
 * scores and sums are the thread's: [QUERIES, positions] and [QUERIES, D].
 */
template <class T>
static void attendRun(const Attended<T>& operands, const Layout& layout, Run run, int head, float* scores,
                      float* sums) {
    const T *q = operands.q, *key_cache = operands.keys, *value_cache = operands.values;
    T* o = operands.o;
    float* lse = operands.lse;
    float scale = operands.scale;
    int window = operands.window;
    int size = layout.head_size;
    int kvHead = head / layout.group();
    int64_t stride = int64_t{layout.heads} * size;
    const int32_t* blocks = layout.blocksOf(run.row);
    int first = layout.positions[run.row];
    int last = first + run.count - 1;
    int width = (last / BLOCK + 1) * BLOCK;
    int start = firstSeen(first, window) / BLOCK;
    q += run.row * stride + int64_t{head} * size;
    o += run.row * stride + int64_t{head} * size;
    int b = start;
    for (; run.count == 1 && (b + 4) * BLOCK <= width; b += 4) {
        const T* keys[4];
        for (int i = 0; i < 4; i++) keys[i] = key_cache + layout.piece(blocks[b + i], kvHead);
        scoreBlocks<4>(scores + b * BLOCK, q, keys, size);
    }
    for (; b * BLOCK < width; b++) {
        const Right<T> keys{key_cache + layout.piece(blocks[b], kvHead), BLOCK};
        smallProduct(Result{scores + b * BLOCK, width}, run.count, BLOCK, Left<T>{q, stride, 1}, keys, size, true);
    }
    float total[QUERIES];
    for (int i = 0; i < run.count; i++) {
        float logSum;
        total[i] = softmaxOf(scores + int64_t{i} * width, start, firstSeen(first + i, window), first + i + 1, scale,
                             logSum);
        if (lse != nullptr) lse[(run.row + i) * int64_t{layout.heads} + head] = logSum;
    }
    std::memset(sums, 0, sizeof(float) * run.count * size);
    for (int b = start; b * BLOCK < width; b++) {
        const T* values = value_cache + layout.piece(blocks[b], kvHead);
        const float* weights = scores + b * BLOCK;
        if ((b + 1) * BLOCK <= first + 1 && firstSeen(last, window) <= b * BLOCK) {
            smallProduct(Result{sums, size}, run.count, size, Left<float>{weights, width, 1}, Right<T>{values, size},
                         BLOCK, false);
            continue;
        }
        for (int i = 0; i < run.count; i++) {
            int from = firstSeen(first + i, window) - b * BLOCK;
            int to = first + i + 1 - b * BLOCK;
            from = from > 0 ? from : 0;
            to = to < BLOCK ? to : BLOCK;
            if (from >= to) continue;
            const Left<float> seen{weights + int64_t{i} * width + from, width, 1};
            smallProduct(Result{sums + i * size, size}, 1, size, seen, Right<T>{values + int64_t{from} * size, size},
                         to - from, false);
        }
    }
    for (int i = 0; i < run.count; i++) {
        for (int d = 0; d < size; d++) o[i * stride + d] = sums[i * size + d] / total[i];
    }
}

void attention(catrl_context* context, void* o, float* lse, const void* q, const catrl_attention* attended) {
    CpuContext* ctx = cpu(context);
    const Layout layout(*attended);
    Run* runs = static_cast<Run*>(ctx->shared.bytes(sizeof(Run) * layout.rows));
    int64_t tasks = int64_t{runsOf(runs, layout.sequence_of, layout.rows, QUERIES)} * layout.heads;
    withStorage(attended->storage, [&](auto type) {
        using T = decltype(type);
        ctx->parallel(tasks, 4, [&](int64_t begin, int64_t end, int thread) {
            size_t positionsSeen = size_t{QUERIES} * layout.blocks_per_sequence * BLOCK;
            float* scores = ctx->scratch(thread).floats(positionsSeen + size_t{QUERIES} * layout.head_size);
            const Attended<T> operands{static_cast<T*>(o), lse, static_cast<const T*>(q),
                                       static_cast<const T*>(attended->cache.keys),
                                       static_cast<const T*>(attended->cache.values),
                                       static_cast<float>(attended->scale), static_cast<int>(attended->window)};
            for (int64_t task = begin; task < end; task++) {
                attendRun(operands, layout, runs[task / layout.heads], static_cast<int>(task % layout.heads), scores,
                          scores + positionsSeen);
            }
        });
    });
}

/** What attention's backward reads, as floats: the gradient of o, and what the forward read and wrote. */
struct Recorded {
    const float *dout, *o, *lse, *q, *keys, *values;
    float scale;
    int window;
};

/** The backward pass of one sequence under one key/value head. */
class SequenceBackward {
public:
    static size_t floats(int rows, int size) {
        size_t padded = (size + LANES - 1) / LANES * LANES;
        size_t keys = (rows + BLOCK - 1) / BLOCK * BLOCK;
        return 3 * rows * padded + 2 * keys * padded + rows + 2 * size_t{BLOCK} * rows + 2 * BLOCK * padded + LANES;
    }

    SequenceBackward(const Layout& layout, Run run, int kvHead, const Recorded& recorded, float* scratch)
        : layout(layout), run(run), kvHead(kvHead), scale(recorded.scale), window(recorded.window),
          size(layout.head_size), padded((size + LANES - 1) / LANES * LANES), blocks((run.count + BLOCK - 1) / BLOCK) {
        int64_t rows = run.count;
        int64_t keys = int64_t{blocks} * BLOCK;
        auto next = [&](int64_t count) {
            float* mine = scratch;
            scratch += count;
            return mine;
        };
        q = next(rows * padded), dout = next(rows * padded), dq = next(rows * padded);
        dk = next(keys * padded), dv = next(keys * padded);
        p = next(rows * BLOCK), ds = next(rows * BLOCK);
        keysByRow = next(BLOCK * padded), valuesByLane = next(BLOCK * padded);
        delta = next(rows);
        std::memset(dk, 0, sizeof(float) * 2 * keys * padded);
    }

    void backward(float* dqkv, const Recorded& recorded) {
        for (int h = kvHead * layout.group(); h < (kvHead + 1) * layout.group(); h++) {
            head(h, recorded.dout, recorded.o, recorded.q);
            for (int b = 0; b < blocks; b++) {
                int32_t block = layout.blocksOf(run.row)[b];
                const float* keys = recorded.keys + layout.piece(block, kvHead);
                open(b, keys, recorded.values + layout.piece(block, kvHead));
                probabilities(b, h, keys, recorded.lse);
                gradients(b);
            }
            store(dqkv, dq, h, run.count);
        }
        store(dqkv, dk, layout.heads + kvHead, run.count);
        store(dqkv, dv, layout.heads + layout.kv_heads + kvHead, run.count);
    }

private:
    /** Copies one head's queries and output gradients, padded with zeros, and takes their delta = dout . o. */
    void head(int h, const float* doutAll, const float* o, const float* qAll) {
        int64_t stride = int64_t{layout.heads} * size;
        for (int i = 0; i < run.count; i++) {
            int64_t from = (run.row + i) * stride + int64_t{h} * size;
            pad(q + int64_t{i} * padded, qAll + from);
            pad(dout + int64_t{i} * padded, doutAll + from);
            delta[i] = dot(doutAll + from, o + from, size);
        }
        std::memset(dq, 0, sizeof(float) * run.count * padded);
    }

    void pad(float* to, const float* from) {
        for (int d = 0; d < padded; d++) to[d] = d < size ? from[d] : 0;
    }

    /** The block's keys row by row and its values lane by lane; unused slots become 0. */
    void open(int b, const float* keys, const float* values) {
        int used = run.count - b * BLOCK < BLOCK ? run.count - b * BLOCK : BLOCK;
        for (int j = 0; j < BLOCK; j++) {
            for (int d = 0; d < padded; d++) {
                bool present = j < used && d < size;
                keysByRow[j * padded + d] = present ? keys[d * BLOCK + j] : 0;
                valuesByLane[d * BLOCK + j] = present ? values[int64_t{j} * size + d] : 0;
            }
        }
    }

    /** How many queries see a key of the block: the first is at its first key. */
    int queriesOf(int b) const {
        int rest = run.count - b * BLOCK;
        return window == 0 || rest - window < BLOCK ? rest : window + BLOCK - 1;
    }

    /** p and ds of the block's keys for every query that sees one of them. */
    void probabilities(int b, int h, const float* keys, const float* lse) {
        int from = b * BLOCK;
        int rows = queriesOf(b);
        const Left<float> queries{q + int64_t{from} * padded, padded, 1};
        const Left<float> gradients{dout + int64_t{from} * padded, padded, 1};
        smallProduct(Result{p + int64_t{from} * BLOCK, BLOCK}, rows, BLOCK, queries, Right<float>{keys, BLOCK}, size,
                     true);
        smallProduct(Result{ds + int64_t{from} * BLOCK, BLOCK}, rows, BLOCK, gradients,
                     Right<float>{valuesByLane, BLOCK}, padded, true);
        for (int i = from; i < from + rows; i++) {
            Mask seen = greater(broadcast(static_cast<float>(i - from + 1)), lanes());
            Mask inSight = greater(lanes(), broadcast(static_cast<float>(firstSeen(i, window) - from - 1)));
            float logSum = lse[(run.row + i) * int64_t{layout.heads} + h];
            Vec weight = exp(load(p + int64_t{i} * BLOCK) * broadcast(scale) - broadcast(logSum));
            weight = select(inSight, select(seen, weight, zero()), zero());
            Vec slope = load(ds + int64_t{i} * BLOCK) - broadcast(delta[i]);
            CATRL_ISA::store(p + int64_t{i} * BLOCK, weight);
            CATRL_ISA::store(ds + int64_t{i} * BLOCK, weight * slope * broadcast(scale));
        }
    }

    void gradients(int b) {
        int64_t from = b * BLOCK;
        int rows = queriesOf(b);
        const float *weights = p + from * BLOCK, *slopes = ds + from * BLOCK;
        smallProduct(Result{dv + from * padded, padded}, BLOCK, padded, Left<float>{weights, 1, BLOCK},
                     Right<float>{dout + from * padded, padded}, rows, false);
        smallProduct(Result{dk + from * padded, padded}, BLOCK, padded, Left<float>{slopes, 1, BLOCK},
                     Right<float>{q + from * padded, padded}, rows, false);
        smallProduct(Result{dq + from * padded, padded}, rows, padded, Left<float>{slopes, BLOCK, 1},
                     Right<float>{keysByRow, padded}, BLOCK, false);
    }

    void store(float* dqkv, const float* from, int h, int rows) {
        for (int i = 0; i < rows; i++) {
            std::memcpy(dqkv + (run.row + i) * int64_t{layout.fused()} + int64_t{h} * size, from + int64_t{i} * padded,
                        sizeof(float) * size);
        }
    }

    const Layout& layout;
    const Run run;
    const int kvHead;
    const float scale;
    const int window, size, padded, blocks;
    float *q, *dout, *dq, *dk, *dv, *p, *ds, *keysByRow, *valuesByLane, *delta;
};

static void attentionBackward(CpuContext* ctx, float* dqkv, const Recorded& recorded, const Layout& layout) {
    Run* runs = static_cast<Run*>(ctx->shared.bytes(sizeof(Run) * layout.rows));
    int64_t tasks = int64_t{runsOf(runs, layout.sequence_of, layout.rows, layout.rows)} * layout.kv_heads;
    ctx->parallel(tasks, 1, [&](int64_t begin, int64_t end, int thread) {
        for (int64_t task = begin; task < end; task++) {
            Run run = runs[task / layout.kv_heads];
            float* scratch = ctx->scratch(thread).floats(SequenceBackward::floats(run.count, layout.head_size));
            SequenceBackward(layout, run, static_cast<int>(task % layout.kv_heads), recorded, scratch)
                .backward(dqkv, recorded);
        }
    });
}

/** How many blocks of the cache the rows' positions reach into. */
static int64_t blocksSeen(const Layout& layout) {
    int32_t highest = 0;
    for (int64_t row = 0; row < layout.rows; row++) {
        int32_t block = layout.blocksOf(row)[layout.positions[row] / BLOCK];
        highest = block > highest ? block : highest;
    }
    return int64_t{highest} + 1;
}

void attention_backward(catrl_context* context, void* dqkv, const void* dout, const void* o, const float* lse,
                        const void* q, const catrl_attention* attended) {
    CpuContext* ctx = cpu(context);
    const Layout layout(*attended);
    const catrl_cache& cache = attended->cache;
    float scale = static_cast<float>(attended->scale);
    int window = static_cast<int>(attended->window);
    if (attended->storage == CATRL_F32) {
        const Recorded recorded{static_cast<const float*>(dout), static_cast<const float*>(o), lse,
                                static_cast<const float*>(q), static_cast<const float*>(cache.keys),
                                static_cast<const float*>(cache.values), scale, window};
        attentionBackward(ctx, static_cast<float*>(dqkv), recorded, layout);
        return;
    }
    int64_t wide = int64_t{layout.rows} * layout.heads * layout.head_size;
    int64_t fused = int64_t{layout.rows} * layout.fused();
    int64_t cached = blocksSeen(layout) * layout.kv_heads * layout.head_size * BLOCK;
    Widened all(ctx, fused + 3 * wide + 2 * cached);
    float* gradient = all.room(fused);
    const Recorded recorded{all.of(dout, wide), all.of(o, wide), lse, all.of(q, wide), all.of(cache.keys, cached),
                            all.of(cache.values, cached), scale, window};
    attentionBackward(ctx, gradient, recorded, layout);
    all.narrow(dqkv, gradient, fused);
}

}  // namespace CATRL_ISA
}  // namespace catrl
