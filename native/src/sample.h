/* sample: penalty, temperature, lane_max-k, lane_max-p, min-p and the draw, one row per thread. */
#pragma once

#include <algorithm>

#include "shared/philox.h"

namespace catrl {
namespace CATRL_ISA {

/** One row's settings. */
struct RowSettings {
    explicit RowSettings(const float* settings)
        : temperature(settings[0]), top_k(static_cast<int>(settings[1])), top_p(settings[2]), min_p(settings[3]),
          penalty(settings[4]) { }

    bool greedy() const { return temperature == 0; }
    /** What logits are multiplied by. */
    float scale() const { return greedy() ? 1 : static_cast<float>(1 / double{temperature}); }

    float temperature;
    int top_k;
    float top_p, min_p, penalty;
};

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
        Vec lane_max = broadcast(-__builtin_inff());
        int whole = vocab / LANES * LANES;
        for (int i = 0; i < whole; i += LANES) lane_max = max(load(z + i), lane_max);
        float row_max = largest(lane_max);
        for (int i = whole; i < vocab; i++) row_max = z[i] > row_max ? z[i] : row_max;
        for (int i = 0; i < vocab; i += LANES) {
            storeUpTo(weights + i, exp(loadUpTo(z + i, vocab - i) - broadcast(row_max)), vocab - i);
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
            for (int32_t* id = from; id < middle; id++) lower += double{weights[*id]};
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
    catrl_softmax_stats stats{};
    for (int first = 0; first < vocab; first += CATRL_VOCAB_TILE) {
        int width = std::min(CATRL_VOCAB_TILE, vocab - first);
        mergeTile(stats, logits + first, width, inverse_temperature, first == 0);
    }
    if (stats.sum >= 1 && stats.max < __builtin_inff()) return lse_of(stats);
    for (int i = 0; i < vocab; i++) {
        if (logits[i] != logits[i]) fail("sample: row %d holds NaN at id %d", row, i);
        if (logits[i] == __builtin_inff()) fail("sample: row %d holds infinity at id %d", row, i);
    }
    fail("sample: row %d holds no finite logit", row);
}

void sample(catrl_context* context, int32_t* ids, float* logp, float* logits, const catrl_sampling* sampling) {
    CpuContext* ctx = cpu(context);
    int vocab = static_cast<int>(sampling->vocab);
    ctx->parallel(sampling->count, 1, [&](int64_t begin, int64_t end, int thread) {
        void* scratch = ctx->scratch(thread).bytes(Draw::bytes(vocab));
        for (int64_t r = begin; r < end; r++) {
            const float* row = logits + r * vocab;
            const RowSettings settings(sampling->settings + r * CATRL_SETTINGS);
            float lse = checkedLse(row, static_cast<int>(r), vocab, settings.scale());
            Draw draw(row, settings.scale(), vocab, scratch);
            if (settings.penalty != 1) {
                const int32_t* from = sampling->seen_from + r;
                draw.penalise(row, sampling->seen + from[0], from[1] - from[0], settings.penalty);
            }
            double uniform = philox24(sampling->counters + 4 * r, sampling->seed) * 0x1p-24;
            ids[r] = settings.greedy() ? draw.greedy()
                                       : draw.draw(settings.top_k, settings.top_p, settings.min_p, uniform);
            logp[r] = row[ids[r]] * settings.scale() - lse;
        }
    });
}

}  // namespace CATRL_ISA
}  // namespace catrl
