// sample: penalty, temperature, top-k, top-p, min-p, the draw and the drawn id's log-prob; a block for each row, no
// sort.
//
// Probability masses are integers: a weight e^(z - max) counts as round(2^40 weight), so sums are exact in any order
// and the draw is a pure function of the row. Where nothing is truncated the row is read once: the statistics' tiles
// carry their masses, and only the tile that holds the draw is looked at again. Otherwise thresholds are found by radix
// selection over the logits' ordered bits, with counts (top-k) or masses (top-p).
#include "logprob.cuh"
#include "shared/philox.h"

namespace catrl {
namespace {

using Mass = unsigned long long;

constexpr int DIGIT_BITS = 8;
constexpr int BINS = 1 << DIGIT_BITS;
constexpr int MOST_TILES = 256;
constexpr float ONE = 1099511627776.0f;  // 2^40

/** floor(u 2^-24 total), exactly. */
__device__ __forceinline__ Mass share_of(Mass total, unsigned u24) {
    return ((total >> 32) * u24 << 8) + ((total & 0xFFFFFFFFu) * u24 >> 24);
}

/** Unsigned numbers in the order of the floats. */
__device__ __forceinline__ unsigned ordered(float z) {
    const unsigned bits = __float_as_uint(z);
    return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

/** One row of scaled logits. */
struct Row {
    const float* logits;
    int vocab;
    float scale, row_max;

    __device__ float z(int id) const { return scaled(logits[id], scale); }
    __device__ float weight(int id) const { return expf(z(id) - row_max); }
    __device__ Mass mass(int id) const { return static_cast<Mass>(weight(id) * ONE + 0.5f); }
};

/** Which ids are left: above the threshold, and of those at it all but the first skipped; not below min_weight. */
struct Kept {
    unsigned threshold = 0;
    unsigned skipped = 0;
    float min_weight = 0;

    __device__ bool light(const Row& row, int id) const { return min_weight > 0 && row.weight(id) < min_weight; }
};

/** In every thread: the sum over the block of one number each; exact, so in any order. */
__device__ __forceinline__ Mass block_sum(Mass term) { return block_reduce<ROW_THREADS>(term, Sum()); }

/** What precedes the thread, and all: an exclusive scan over the block. */
__device__ Mass scan(Mass term, Mass& all) {
    __shared__ Mass warps[ROW_THREADS / WARP];
    Mass up_to = term;
    for (int distance = 1; distance < WARP; distance *= 2) {
        const Mass left = __shfl_up_sync(ALL_LANES, up_to, distance);
        if (static_cast<int>(threadIdx.x) % WARP >= distance) up_to += left;
    }
    __syncthreads();
    if (threadIdx.x % WARP == WARP - 1) warps[threadIdx.x / WARP] = up_to;
    __syncthreads();
    Mass before = 0;
    all = 0;
    for (int warp = 0; warp < ROW_THREADS / WARP; warp++) {
        if (warp < static_cast<int>(threadIdx.x) / WARP) before += warps[warp];
        all += warps[warp];
    }
    return before + up_to - term;
}

/**
 * Radix selection, digit by digit from the highest: the smallest key, of those at least least, at which the cumulative
 * measure in ascending order exceeds limit; below = the measure of the smaller ones. measure(id) is a count or a mass.
 */
template <class Measure>
__device__ unsigned select(const Row& row, unsigned least, Mass limit, Mass& below, Measure&& measure) {
    __shared__ Mass bins[BINS];
    __shared__ unsigned found_digit;
    __shared__ Mass found_below;
    unsigned prefix = 0;
    below = 0;
    for (int shift = 32 - DIGIT_BITS; shift >= 0; shift -= DIGIT_BITS) {
        for (int i = threadIdx.x; i < BINS; i += ROW_THREADS) bins[i] = 0;
        __syncthreads();
        for (int id = threadIdx.x; id < row.vocab; id += ROW_THREADS) {
            const unsigned key = ordered(row.z(id));
            const bool same = shift == 32 - DIGIT_BITS || key >> (shift + DIGIT_BITS) == prefix;
            if (same && key >= least) atomicAdd(&bins[key >> shift & (BINS - 1)], measure(id));
        }
        __syncthreads();
        if (threadIdx.x == 0) {
            unsigned digit = 0;
            Mass sum = below;
            while (digit < BINS - 1 && sum + bins[digit] <= limit) sum += bins[digit++];
            found_digit = digit;
            found_below = sum;
        }
        __syncthreads();
        prefix = prefix << DIGIT_BITS | found_digit;
        below = found_below;
        __syncthreads();
    }
    return prefix;
}

/** The key of the k-th largest value: all that equal it stay. */
__device__ unsigned top_k(const Row& row, int k) {
    Mass below;
    return select(row, 0, static_cast<Mass>(row.vocab - k), below, [](int) { return Mass{1}; });
}

/**
 * In ascending order, ties by id, drops what has a cumulative probability of at most 1 - p among the ids of a key of at
 * least least; the last always stays.
 */
__device__ void top_p(Kept& kept, const Row& row, float p) {
    auto mass = [&](int id) { return row.mass(id); };
    Mass thread_mass = 0;
    for (int id = threadIdx.x; id < row.vocab; id += ROW_THREADS) {
        if (ordered(row.z(id)) >= kept.threshold) thread_mass += mass(id);
    }
    const Mass total = block_sum(thread_mass);
    const Mass wanted = static_cast<Mass>((1 - static_cast<double>(p)) * static_cast<double>(total));
    const Mass limit = wanted < total ? wanted : total - 1;
    Mass below;
    kept.threshold = select(row, kept.threshold, limit, below, mass);
    const float z = __uint_as_float(kept.threshold & 0x80000000u ? kept.threshold ^ 0x80000000u : ~kept.threshold);
    const Mass each = static_cast<Mass>(expf(z - row.row_max) * ONE + 0.5f);
    kept.skipped = static_cast<unsigned>((limit - below) / each);
}

/** An id in the draw: its mass there, and whether it counts among the ties at the threshold. */
struct Candidate {
    Mass mass;
    bool tie;
};

__device__ __forceinline__ Candidate candidate_of(const Row& row, const Kept& kept, int id) {
    const unsigned key = ordered(row.z(id));
    if (key < kept.threshold || kept.light(row, id)) return {0, key == kept.threshold};
    return {row.mass(id), key == kept.threshold};
}

/**
 * The first of the ids from .. to, in ascending order, at which the cumulative mass of the kept exceeds target. The
 * threads own neighbouring ids; ties_before: how many ids at the threshold precede from.
 */
__device__ int walk(const Row& row, const Kept& kept, int from, int to, Mass target, unsigned ties_before) {
    __shared__ int found;
    const int each = (to - from + ROW_THREADS - 1) / ROW_THREADS;
    const int begin = min(to, from + static_cast<int>(threadIdx.x) * each), end = min(to, begin + each);
    Mass ties = 0;
    for (int id = begin; id < end && kept.skipped > 0; id++) ties += candidate_of(row, kept, id).tie;
    Mass all_ties;
    const Mass rank = ties_before + scan(ties, all_ties);
    auto masses = [&](auto&& visit) {
        Mass tie_rank = rank;
        for (int id = begin; id < end; id++) {
            const Candidate candidate = candidate_of(row, kept, id);
            const bool skipped = candidate.tie && tie_rank < kept.skipped;
            tie_rank += candidate.tie;
            if (visit(id, skipped ? Mass{0} : candidate.mass)) return;
        }
    };
    Mass thread_mass = 0;
    masses([&](int, Mass mass) {
        thread_mass += mass;
        return false;
    });
    Mass all;
    Mass sum = scan(thread_mass, all);
    if (threadIdx.x == 0) found = -1;
    __syncthreads();
    if (sum <= target && target < sum + thread_mass) {
        masses([&](int id, Mass mass) {
            sum += mass;
            if (sum > target) found = id;
            return sum > target;
        });
    }
    __syncthreads();
    return found;
}

/** The draw where something is truncated or penalised: by tiles of ids, then inside one. */
__device__ int draw_kept(const Row& row, const Kept& kept, unsigned u24) {
    __shared__ Mass tile_mass[MOST_TILES];
    __shared__ unsigned tile_ties[MOST_TILES];
    unsigned ties_before = 0;
    Mass total = 0;
    const int tiles = (row.vocab + CATRL_VOCAB_TILE - 1) / CATRL_VOCAB_TILE;
    for (int tile = 0; tile < tiles; tile++) {
        const int from = tile * CATRL_VOCAB_TILE, to = min(row.vocab, from + CATRL_VOCAB_TILE);
        Mass thread_mass = 0, thread_ties = 0, tie_mass = 0;
        for (int id = from + threadIdx.x; id < to; id += ROW_THREADS) {
            const Candidate candidate = candidate_of(row, kept, id);
            thread_mass += candidate.tie ? 0 : candidate.mass;
            thread_ties += candidate.tie;
            tie_mass = candidate.tie ? candidate.mass : tie_mass;
        }
        Mass mass = block_sum(thread_mass);
        const unsigned ties = static_cast<unsigned>(block_sum(thread_ties));
        tie_mass = block_reduce<ROW_THREADS>(tie_mass, Largest());
        const unsigned skipped_before = min(ties_before, kept.skipped);
        const unsigned skipped = min(ties, kept.skipped - skipped_before);
        mass += (ties - skipped) * tie_mass;
        if (threadIdx.x == 0) {
            tile_mass[tile] = mass;
            tile_ties[tile] = ties;
        }
        ties_before += ties;
        total += mass;
    }
    __syncthreads();
    Mass target = share_of(total, u24);
    ties_before = 0;
    int tile = 0;
    while (tile < tiles - 1 && target >= tile_mass[tile]) {
        target -= tile_mass[tile];
        ties_before += tile_ties[tile++];
    }
    const int from = tile * CATRL_VOCAB_TILE;
    return walk(row, kept, from, min(row.vocab, from + CATRL_VOCAB_TILE), target, ties_before);
}

/** What the statistics' pass leaves of each vocabulary tile: its sum, and the maximum so far that it is relative to. */
struct TileSums {
    float sum[MOST_TILES], max[MOST_TILES];

    __device__ double mass(int tile, float row_max) const {
        return static_cast<double>(sum[tile]) * expf(max[tile] - row_max);
    }
};

/** The draw from the whole row: the tile by its mass, then the id inside it. */
__device__ int draw_whole(Row row, const TileSums& sums, int tiles, unsigned u24) {
    double total = 0;
    for (int tile = 0; tile < tiles; tile++) total += sums.mass(tile, row.row_max);
    double target = u24 * 0x1p-24 * total, mass = 0;
    int tile = 0;
    for (;; tile++) {
        mass = sums.mass(tile, row.row_max);
        if (target < mass || tile == tiles - 1) break;
        target -= mass;
    }
    const int from = tile * CATRL_VOCAB_TILE, to = min(row.vocab, from + CATRL_VOCAB_TILE);
    float row_max = -INFINITY;
    for (int id = from + threadIdx.x; id < to; id += ROW_THREADS) row_max = fmaxf(row_max, row.z(id));
    row.row_max = block_reduce<ROW_THREADS>(row_max, Largest());
    Mass thread_mass = 0;
    for (int id = from + threadIdx.x; id < to; id += ROW_THREADS) thread_mass += row.mass(id);
    const Mass all = block_sum(thread_mass);
    const double share = mass > 0 ? target / mass : 0;
    const Mass inside = static_cast<Mass>(share * static_cast<double>(all));
    return walk(row, Kept(), from, to, inside < all ? inside : all - 1, 0);
}

/** The first id of the largest value. */
__device__ int greedy(const Row& row) {
    unsigned long long best = 0;
    for (int id = threadIdx.x; id < row.vocab; id += ROW_THREADS) {
        const unsigned long long key = static_cast<unsigned long long>(ordered(row.z(id))) << 32 | (0xFFFFFFFFu - id);
        best = key > best ? key : best;
    }
    return static_cast<int>(0xFFFFFFFFu - static_cast<unsigned>(block_reduce<ROW_THREADS>(best, Largest())));
}

/** Tells what is wrong with a row whose statistics are not finite. */
__device__ void report_row(unsigned long long* fault, const Row& row) {
    int nan = INT32_MAX, infinity = INT32_MAX;
    for (int id = threadIdx.x; id < row.vocab; id += ROW_THREADS) {
        const float x = row.logits[id];
        if (x != x) nan = min(nan, id);
        if (x == INFINITY) infinity = min(infinity, id);
    }
    auto least = [](int a, int b) { return a < b ? a : b; };
    nan = block_reduce<ROW_THREADS>(nan, least);
    infinity = block_reduce<ROW_THREADS>(infinity, least);
    if (threadIdx.x != 0) return;
    if (nan != INT32_MAX) report(fault, FaultKind::SAMPLE_NAN, blockIdx.x, nan);
    else if (infinity != INT32_MAX) report(fault, FaultKind::SAMPLE_INFINITY, blockIdx.x, infinity);
    else report(fault, FaultKind::SAMPLE_NOTHING, blockIdx.x, 0);
}

struct Sampling {
    float temperature;
    int top_k;
    float top_p, min_p, penalty;

    __device__ explicit Sampling(const float* settings)
        : temperature(settings[0]), top_k(static_cast<int>(settings[1])), top_p(settings[2]), min_p(settings[3]),
          penalty(settings[4]) { }

    __device__ bool greedy() const { return temperature == 0; }
    __device__ float scale() const { return greedy() ? 1 : static_cast<float>(1 / static_cast<double>(temperature)); }
};

/** Penalises the logits of the ids seen, in place; raw keeps what they were. */
__device__ void penalise(float* logits, float* raw, const int32_t* seen, int count, float penalty) {
    for (int i = threadIdx.x; i < count; i += ROW_THREADS) {
        const float x = logits[seen[i]];
        raw[i] = x;
        logits[seen[i]] = x < 0 ? x * penalty : x / penalty;
    }
    __syncthreads();
}

/** The largest scaled logit, once more: a penalty changes it. */
__device__ float largest(const Row& row) {
    float row_max = -INFINITY;
    for (int id = threadIdx.x; id < row.vocab; id += ROW_THREADS) row_max = fmaxf(row_max, row.z(id));
    return block_reduce<ROW_THREADS>(row_max, Largest());
}

__device__ int draw_truncated(const Row& row, const Sampling& sampling, unsigned u24) {
    Kept kept;
    if (sampling.top_k > 0 && sampling.top_k < row.vocab) kept.threshold = top_k(row, sampling.top_k);
    if (sampling.top_p < 1) top_p(kept, row, sampling.top_p);
    kept.min_weight = sampling.min_p;
    return draw_kept(row, kept, u24);
}

__global__ __launch_bounds__(ROW_THREADS) void sample_kernel(int32_t* ids, float* logp, float* logits, float* raw,
                                                             int vocab, const float* settings, const int32_t* counters,
                                                             int64_t seed, const int32_t* seen_from,
                                                             const int32_t* seen, unsigned long long* fault) {
    __shared__ TileSums sums;
    __shared__ float drawn_raw;
    const int r = blockIdx.x;
    const Sampling sampling(settings + int64_t{r} * CATRL_SETTINGS);
    float* row_logits = logits + int64_t{r} * vocab;
    Row row{row_logits, vocab, sampling.scale(), 0};
    catrl_softmax_stats stats{};
    const int tiles = (vocab + CATRL_VOCAB_TILE - 1) / CATRL_VOCAB_TILE;
    for (int tile = 0; tile < tiles; tile++) {
        const int first = tile * CATRL_VOCAB_TILE;
        const int width = min(CATRL_VOCAB_TILE, vocab - first);
        const float sum = merge_tile(stats, row_logits + first, width, row.scale, tile == 0);
        if (threadIdx.x == 0) {
            sums.sum[tile] = sum;
            sums.max[tile] = stats.max;
        }
    }
    __syncthreads();
    if (!(stats.sum >= 1 && stats.max < INFINITY)) {
        report_row(fault, row);
        if (threadIdx.x == 0) {
            ids[r] = 0;
            logp[r] = 0;
        }
        return;
    }
    const int seen_count = sampling.penalty == 1 ? 0 : seen_from[r + 1] - seen_from[r];
    const int32_t* row_seen = seen + (seen_count > 0 ? seen_from[r] : 0);
    float* row_raw = raw + int64_t{r} * vocab;
    row.row_max = stats.max;
    if (seen_count > 0) {
        penalise(row_logits, row_raw, row_seen, seen_count, sampling.penalty);
        row.row_max = largest(row);
    }
    const unsigned u24 = philox24(counters + 4 * int64_t{r}, seed);
    const bool whole = seen_count == 0 && (sampling.top_k <= 0 || sampling.top_k >= vocab) && sampling.top_p >= 1
                       && sampling.min_p <= 0;
    const int id = sampling.greedy() ? greedy(row)
                   : whole           ? draw_whole(row, sums, tiles, u24)
                                     : draw_truncated(row, sampling, u24);
    if (threadIdx.x == 0) drawn_raw = row_logits[id];
    __syncthreads();
    for (int i = threadIdx.x; i < seen_count; i += ROW_THREADS) {
        if (row_seen[i] == id) drawn_raw = row_raw[i];
    }
    __syncthreads();
    if (threadIdx.x == 0) {
        ids[r] = id;
        logp[r] = scaled(drawn_raw, row.scale) - lse_of(stats);
    }
}

}  // namespace

namespace ops {

void sample(catrl_context* context, int32_t* ids, float* logp, float* logits, const catrl_sampling* sampling) {
    CudaContext* ctx = cuda(context);
    const int count = static_cast<int>(sampling->count), vocab = static_cast<int>(sampling->vocab);
    if (count == 0) return;
    if (vocab > MOST_TILES * CATRL_VOCAB_TILE) {
        fail("sample: a vocabulary of %d; this kernel takes at most %d", vocab, MOST_TILES * CATRL_VOCAB_TILE);
    }
    float* raw = sampling->seen == nullptr ? nullptr : static_cast<float*>(ctx->scratch(sizeof(float) * count * vocab));
    CATRL_LAUNCH(ctx, count, ROW_THREADS, 0, (sample_kernel), ids, logp, logits, raw, vocab, sampling->settings,
                 sampling->counters, sampling->seed, sampling->seen_from, sampling->seen, ctx->fault);
}

}  // namespace ops
}  // namespace catrl
