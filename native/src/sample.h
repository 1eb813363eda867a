/* sample: penalty, temperature, top-k, top-p, min-p and the draw, one row per thread. */
#pragma once

#include <algorithm>

namespace catrl {
namespace CATRL_ISA {

/** The first word of Philox4x32-10 (Salmon et al., SC 2011) as a number in [0, 1): its high 24 bits. */
static double uniform(const int32_t* counter, int64_t key) {
    uint32_t c[4] = {uint32_t(counter[0]), uint32_t(counter[1]), uint32_t(counter[2]), uint32_t(counter[3])};
    uint32_t k0 = static_cast<uint32_t>(key);
    uint32_t k1 = static_cast<uint32_t>(static_cast<uint64_t>(key) >> 32);
    for (int round = 0; round < 10; round++) {
        uint64_t p0 = uint64_t{0xD2511F53u} * c[0];
        uint64_t p1 = uint64_t{0xCD9E8D57u} * c[2];
        uint32_t next0 = static_cast<uint32_t>(p1 >> 32) ^ c[1] ^ k0;
        uint32_t next2 = static_cast<uint32_t>(p0 >> 32) ^ c[3] ^ k1;
        c[1] = static_cast<uint32_t>(p1);
        c[3] = static_cast<uint32_t>(p0);
        c[0] = next0;
        c[2] = next2;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    return (c[0] >> 8) * 0x1p-24;
}

/** One row's draw, on z = its scaled logits and weights = e^(z - max), 0 for what is truncated. */
class Draw {
public:
    static size_t bytes(int vocab) { return size_t(vocab) * (2 * sizeof(float) + sizeof(int32_t)); }

    Draw(const float* logits, float inverse_temperature, int vocab, void* scratch)
        : vocab(vocab), z(static_cast<float*>(scratch)), weights(z + vocab),
          order(reinterpret_cast<int32_t*>(weights + vocab)), scale(inverse_temperature) {
        for (int i = 0; i < vocab; i++) z[i] = logits[i] * inverse_temperature;
    }

    void penalise(const float* logits, const int32_t* seen, int count, float penalty) {
        for (int i = 0; i < count; i++) {
            float x = logits[seen[i]];
            z[seen[i]] = (x < 0 ? x * penalty : x / penalty) * scale;
        }
    }

    /** The first id of the largest value. */
    int greedy() const {
        int best = 0;
        for (int i = 1; i < vocab; i++) best = z[i] > z[best] ? i : best;
        return best;
    }

    int draw(int topK, float topP, float minP, double u) {
        weigh();
        if (topK > 0 && topK < vocab) truncateK(topK);
        if (topP < 1) truncateP(double{topP});
        if (minP > 0) {
            for (int i = 0; i < vocab; i++) weights[i] = weights[i] < minP ? 0 : weights[i];
        }
        return inverse(u);
    }

private:
    static constexpr int GROUP = 256;

    void weigh() {
        Vec top = broadcast(-__builtin_inff());
        int whole = vocab / LANES * LANES;
        for (int i = 0; i < whole; i += LANES) top = max(load(z + i), top);
        float highest = largest(top);
        for (int i = whole; i < vocab; i++) highest = z[i] > highest ? z[i] : highest;
        for (int i = 0; i < vocab; i += LANES) {
            storeUpTo(weights + i, exp(loadUpTo(z + i, vocab - i) - broadcast(highest)), vocab - i);
        }
    }

    /** Keeps what is at least the k-th largest. */
    void truncateK(int k) {
        for (int i = 0; i < vocab; i++) order[i] = i;
        std::nth_element(order, order + (k - 1), order + vocab, [this](int32_t a, int32_t b) { return z[a] > z[b]; });
        float least = z[order[k - 1]];
        for (int i = 0; i < vocab; i++) weights[i] = z[i] < least ? 0 : weights[i];
    }

    /**
     * In ascending order (ties by id), drops the ids whose cumulative probability is at most 1 - p; the last always
     * stays. The first id that stays is found as quickselect finds a rank: by halves, with mass in place of counts.
     */
    void truncateP(double p) {
        double limit = (1 - p) * mass(weights, vocab);
        int live = 0;
        for (int i = 0; i < vocab; i++) {
            if (weights[i] > 0) order[live++] = i;
        }
        auto before = [this](int32_t a, int32_t b) { return z[a] != z[b] ? z[a] < z[b] : a < b; };
        int32_t* from = order;
        int32_t* to = order + live;
        double dropped = 0;
        while (to - from > 1) {
            int32_t* middle = from + (to - from) / 2;
            std::nth_element(from, middle, to, before);
            double lower = 0;
            for (int32_t* at = from; at < middle; at++) lower += double{weights[*at]};
            if (dropped + lower > limit) {
                to = middle;
            } else {
                dropped += lower;
                from = middle;
            }
        }
        int32_t first = *from;
        if (dropped + weights[first] <= limit && from + 1 < order + live) first = from[1];
        for (int i = 0; i < vocab; i++) weights[i] = i != first && before(i, first) ? 0 : weights[i];
    }

    static double mass(const float* x, int count) {
        Vec total = zero();
        int i = 0;
        for (; i + LANES <= count; i += LANES) total = total + load(x + i);
        if (i < count) total = total + loadFirst(x + i, count - i);
        return double{sum(total)};
    }

    /** The first id at which the cumulative weight passes u of the total: by groups of ids, then by ids. */
    int inverse(double u) const {
        double total = 0;
        for (int i = 0; i < vocab; i += GROUP) total += mass(weights + i, std::min(GROUP, vocab - i));
        double target = u * total;
        double cumulative = 0;
        int last = -1;
        for (int i = 0; i < vocab; i += GROUP) {
            int count = std::min(GROUP, vocab - i);
            double group = mass(weights + i, count);
            if (cumulative + group <= target && i + GROUP < vocab) {
                cumulative += group;
                continue;
            }
            for (int j = i; j < i + count; j++) {
                if (weights[j] <= 0) continue;
                last = j;
                cumulative += double{weights[j]};
                if (cumulative > target) return j;
            }
        }
        for (int j = vocab - 1; last < 0; j--) last = weights[j] > 0 ? j : last;
        return last;
    }

    const int vocab;
    float* const z;
    float* const weights;
    int32_t* const order;
    const float scale;
};

/** The row's log of the softmax's denominator, tile by tile as softmax_stats does; throws on NaN or nothing finite. */
static float checkedLse(const float* logits, int row, int vocab, float inverse_temperature) {
    Stats stats{};
    for (int first = 0; first < vocab; first += CATRL_CPU_VOCAB_TILE) {
        int width = std::min(CATRL_CPU_VOCAB_TILE, vocab - first);
        mergeTile(stats, logits + first, width, inverse_temperature, first == 0);
    }
    if (stats.sum >= 1 && stats.max < __builtin_inff()) return lseOf(stats);
    for (int i = 0; i < vocab; i++) {
        if (logits[i] != logits[i]) fail("sample: row %d holds NaN at id %d", row, i);
        if (logits[i] == __builtin_inff()) fail("sample: row %d holds infinity at id %d", row, i);
    }
    fail("sample: row %d holds no finite logit", row);
}

void sample(catrl_cpu* ctx, int32_t* ids, float* logp, float* logits, int count, int vocab, const float* settings,
            const int32_t* counters, int64_t seed, const int32_t* seen_from, const int32_t* seen) {
    ctx->parallel(count, 1, [&](int64_t begin, int64_t end, int thread) {
        void* scratch = ctx->scratch(thread).bytes(Draw::bytes(vocab));
        for (int64_t r = begin; r < end; r++) {
            const float* row = logits + r * vocab;
            const float* set = settings + r * CATRL_CPU_SETTINGS;
            bool greedy = set[0] == 0;
            float scale = greedy ? 1 : static_cast<float>(1 / double{set[0]});
            float lse = checkedLse(row, static_cast<int>(r), vocab, scale);
            Draw draw(row, scale, vocab, scratch);
            if (set[4] != 1) draw.penalise(row, seen + seen_from[r], seen_from[r + 1] - seen_from[r], set[4]);
            ids[r] = greedy ? draw.greedy()
                            : draw.draw(static_cast<int>(set[1]), set[2], set[3], uniform(counters + 4 * r, seed));
            logp[r] = row[ids[r]] * scale - lse;
        }
    });
}

}  // namespace CATRL_ISA
}  // namespace catrl
