/*
 * Runs every kernel at awkward sizes on buffers of exactly the documented length, for AddressSanitizer and
 * UndefinedBehaviorSanitizer to watch, and checks what no sanitizer sees: that one thread and three give the same
 * bits, and that errors arrive as exceptions. Correct values are the business of the contract tests.
 */
#include "catrl_cpu.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <limits>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

std::mt19937 generator(1);

std::unique_ptr<float[]> floats(int64_t count, bool random = true) {
    std::unique_ptr<float[]> x(new float[count]);
    std::normal_distribution<float> normal;
    for (int64_t i = 0; i < count; i++) x[i] = random ? normal(generator) : 0;
    return x;
}

/** The storage type that ops are checked in. */
int real = CATRL_CPU_F32;

/** Values of that type; in 16 bits they fill the first half of the memory. */
std::unique_ptr<float[]> reals(int64_t count) {
    auto x = floats(count);
    if (real == CATRL_CPU_BF16) {
        catrl_cpu* ctx = catrl_cpu_open("base", 1);
        auto rounded = floats(count);
        catrl_cpu_copy(ctx, rounded.get(), CATRL_CPU_BF16, x.get(), CATRL_CPU_F32, count);
        catrl_cpu_close(ctx);
        return rounded;
    }
    return x;
}

std::unique_ptr<float[]> copyOf(const std::unique_ptr<float[]>& x, int64_t count) {
    std::unique_ptr<float[]> y(new float[count]);
    std::memcpy(y.get(), x.get(), sizeof(float) * count);
    return y;
}

int failures = 0;

void expect(bool good, const std::string& what) {
    if (good) return;
    std::fprintf(stderr, "FAILED: %s\n", what.c_str());
    failures++;
}

struct Backends {
    catrl_cpu* one;
    catrl_cpu* three;
    std::string isa;

    /** Calls the op on both with their own output of count floats, starting alike, and compares the bits. */
    void same(const char* op, int64_t count, const std::function<void(catrl_cpu*, float*)>& call) {
        auto first = floats(count);
        auto second = copyOf(first, count);
        call(one, first.get());
        call(three, second.get());
        expect(std::memcmp(first.get(), second.get(), sizeof(float) * count) == 0,
               std::string(op) + " on " + isa + ": 1 and 3 threads give different bits");
    }
};

void linear(Backends& b, int m, int n, int k) {
    auto x = reals(int64_t{m} * k), w = reals(int64_t{n} * k), dy = reals(int64_t{m} * n), bias = reals(n);
    auto packed = reals(catrl_cpu_packed_length(b.one, n, k));
    b.same("pack", catrl_cpu_packed_length(b.one, n, k), [&](catrl_cpu* c, float* p) {
        catrl_cpu_pack(c, real, p, w.get(), n, k);
        catrl_cpu_pack(c, real, packed.get(), w.get(), n, k);
    });
    b.same("linear", int64_t{m} * n, [&](catrl_cpu* c, float* y) {
        catrl_cpu_linear(c, real, y, real, x.get(), packed.get(), bias.get(), y, m, n, k);
        catrl_cpu_linear(c, real, y, real, x.get(), packed.get(), nullptr, nullptr, m, n, k);
    });
    b.same("linear_backward_input", int64_t{m} * k, [&](catrl_cpu* c, float* dx) {
        catrl_cpu_linear_backward_input(c, real, dx, dy.get(), w.get(), m, n, k, 1);
    });
    b.same("linear_backward_weight", int64_t{n} * k + n, [&](catrl_cpu* c, float* dw) {
        catrl_cpu_linear_backward_weight(c, real, dw, dw + int64_t{n} * k, dy.get(), x.get(), m, n, k);
    });
}

void rows(Backends& b, int n, int c) {
    auto x = reals(int64_t{n} * c), w = reals(c), dy = reals(int64_t{n} * c), rstd = floats(n);
    auto wide = reals(int64_t{n} * 2 * c);
    b.same("rmsnorm", int64_t{n} * c, [&](catrl_cpu* ctx, float* y) {
        catrl_cpu_rmsnorm(ctx, real, y, rstd.get(), x.get(), w.get(), n, c, 1e-6, 1);
    });
    b.same("rmsnorm_backward", int64_t{n} * c + c, [&](catrl_cpu* ctx, float* dx) {
        catrl_cpu_rmsnorm_backward(ctx, real, dx, dx + int64_t{n} * c, dy.get(), x.get(), w.get(), rstd.get(), n, c, 1);
    });
    for (int activation : {CATRL_CPU_SILU, CATRL_CPU_GELU_TANH}) {
        b.same("glu", int64_t{n} * c, [&](catrl_cpu* ctx, float* y) {
            catrl_cpu_glu(ctx, real, y, wide.get(), n, c, activation);
        });
        b.same("glu_backward", int64_t{n} * 2 * c, [&](catrl_cpu* ctx, float* d) {
            catrl_cpu_glu_backward(ctx, real, d, dy.get(), wide.get(), n, c, activation);
        });
    }
    std::vector<int32_t> ids(n);
    for (int i = 0; i < n; i++) ids[i] = i % c;
    auto table = reals(int64_t{c} * c);
    b.same("embed", int64_t{n} * c, [&](catrl_cpu* ctx, float* y) {
        catrl_cpu_embed(ctx, real, y, table.get(), ids.data(), n, c, c);
    });
    b.same("embed_backward", int64_t{c} * c, [&](catrl_cpu* ctx, float* d) {
        catrl_cpu_embed_backward(ctx, real, d, CATRL_CPU_F32, dy.get(), ids.data(), n, c, c);
    });
    auto stats = floats(int64_t{n} * CATRL_CPU_STATS), lse = floats(n);
    b.same("logprob", 2 * n, [&](catrl_cpu* ctx, float* out) {
        catrl_cpu_softmax_stats(ctx, stats.get(), x.get(), ids.data(), n, c, 0, 1.5);
        catrl_cpu_logprob(ctx, out, out + n, lse.get(), stats.get(), n);
    });
    b.same("logprob_backward", int64_t{n} * c, [&](catrl_cpu* ctx, float* logits) {
        void* gradient = real == CATRL_CPU_F32 ? static_cast<void*>(logits) : wide.get();  // in place in floats only
        catrl_cpu_logprob_backward(ctx, real, gradient, logits, ids.data(), lse.get(), rstd.get(), n, c, 0, 1.5);
    });
}

/** Sequences of unequal length over shuffled blocks; unused slots hold NaN, which must not get anywhere. */
void attention(Backends& b, int heads, int kvHeads, int size, bool norms, int window) {
    const int lengths[] = {1, 17, 40, 16};
    const int32_t table[] = {3, 0, 0, 7, 5, 0, 2, 9, 4, 6, 0, 0};
    std::vector<int32_t> positions, sequence;
    for (int s = 0; s < 4; s++) {
        for (int t = 0; t < lengths[s]; t++) {
            positions.push_back(t);
            sequence.push_back(s);
        }
    }
    int n = static_cast<int>(positions.size());
    int fused = (heads + 2 * kvHeads) * size, wide = heads * size;
    int64_t cached = int64_t{10} * kvHeads * size * CATRL_CPU_BLOCK;
    auto qkv = reals(int64_t{n} * fused), rotary = floats(int64_t{48} * size), norm = reals(size);
    auto q = reals(int64_t{n} * wide), keys = reals(cached), values = reals(cached), o = reals(int64_t{n} * wide);
    auto lse = floats(int64_t{n} * heads), dout = reals(int64_t{n} * wide);
    std::fill(keys.get(), keys.get() + cached, std::nanf(""));
    std::fill(values.get(), values.get() + cached, std::nanf(""));
    const float* weight = norms ? norm.get() : nullptr;
    b.same("rope", int64_t{n} * wide, [&](catrl_cpu* c, float* y) {
        catrl_cpu_rope(c, real, y, keys.get(), values.get(), qkv.get(), n, 4, 3, positions.data(), sequence.data(),
                       table, heads, kvHeads, size, rotary.get(), weight, weight, 1e-6, 1);
        std::memcpy(q.get(), y, sizeof(float) * n * wide);
    });
    b.same("attention", int64_t{n} * wide, [&](catrl_cpu* c, float* y) {
        catrl_cpu_attention(c, real, y, lse.get(), q.get(), keys.get(), values.get(), n, 4, 3, positions.data(),
                            sequence.data(), table, heads, kvHeads, size, 0.3, window);
        std::memcpy(o.get(), y, sizeof(float) * n * wide);
        for (int64_t i = 0; i < int64_t{n} * wide; i++) expect(std::isfinite(y[i]), "attention: unused slots leak");
    });
    b.same("attention_backward", int64_t{n} * fused + 2 * size, [&](catrl_cpu* c, float* dqkv) {
        catrl_cpu_attention_backward(c, real, dqkv, dout.get(), o.get(), lse.get(), q.get(), keys.get(), values.get(),
                n, 4, 3, positions.data(), sequence.data(), table, heads, kvHeads, size, 0.3, window);
        float* dnorm = dqkv + int64_t{n} * fused;
        catrl_cpu_rope_backward(c, real, dqkv, qkv.get(), n, 4, 3, positions.data(), sequence.data(), table, heads,
                                kvHeads, size, rotary.get(), weight, weight, norms ? dnorm : nullptr,
                                norms ? dnorm + size : nullptr, 1e-6, 1);
        for (int64_t i = 0; i < int64_t{n} * fused; i++) expect(std::isfinite(dqkv[i]), "backward: unused slots leak");
    });
}

void sample(Backends& b, int vocab) {
    const int rows = 6;
    const float settings[rows * CATRL_CPU_SETTINGS] = {0, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0.7f, 3, 1, 0, 1,
                                                       1, 0, 0.6f, 0, 1, 1, 0, 1, 0.2f, 1, 1, 2, 0.9f, 0.1f, 1.3f};
    std::vector<int32_t> counters(4 * rows), seenFrom{0, 0, 0, 0, 0, 0, 1}, seen{vocab - 1};
    for (int i = 0; i < 4 * rows; i++) counters[i] = i * 7919;
    auto logits = floats(int64_t{rows} * vocab);
    b.same("sample", rows, [&](catrl_cpu* c, float* logp) {
        std::vector<int32_t> ids(rows, -1);
        catrl_cpu_sample(c, ids.data(), logp, logits.get(), rows, vocab, settings, counters.data(), 42,
                         seenFrom.data(), seen.data());
        for (int32_t id : ids) expect(id >= 0 && id < vocab, "sample: id outside the vocabulary");
    });
}

/** Row 0 goes on, row 1 stops, row 2 takes its last token, row 3 ended before. */
void advance(Backends& b) {
    const int32_t ids[] = {5, 6, 7, 8}, stopFrom[] = {0, 1, 3, 3, 3}, stops[] = {6, 2, 6};
    const float logp[] = {-1, -2, -3, -4};
    std::vector<int32_t> input(4), positions(4), counters(16), left{2, 2, 1, 0}, taken{0, 1, 1, 1}, recorded(8, -1);
    std::vector<float> recordedLogp(8);
    catrl_cpu_advance(b.three, 4, 2, input.data(), positions.data(), counters.data(), left.data(), taken.data(),
                      recorded.data(), recordedLogp.data(), stopFrom, stops, ids, logp);
    expect(left == std::vector<int32_t>({1, 0, 0, 0}), "advance: left");
    expect(taken == std::vector<int32_t>({1, 2, 2, 1}), "advance: taken");
    expect(recorded == std::vector<int32_t>({5, -1, -1, -1, -1, 6, 7, -1}), "advance: recorded");
    expect(input == std::vector<int32_t>({5, 0, 0, 0}) && positions == std::vector<int32_t>({1, 0, 0, 0}),
           "advance: what comes next");
}

void update(Backends& b, int n) {
    auto old = floats(n), now = floats(n), ref = floats(n), advantage = floats(n), weight = floats(n);
    std::vector<int32_t> from{0, n / 2, n};
    for (int sequenceLevel : {0, 1}) {
        for (int cispo : {0, 1}) {
            b.same("grpo", 2 * n, [&](catrl_cpu* c, float* out) {
                double sums[CATRL_CPU_GRPO_SUMS] = {};
                catrl_cpu_grpo(c, out, out + n, sums, now.get(), old.get(), ref.get(), advantage.get(), weight.get(),
                               from.data(), n, 2, cispo, sequenceLevel, 0.8, 1.2,
                               std::numeric_limits<double>::infinity(), 0.1, CATRL_CPU_K3);
            });
        }
    }
    auto rounded = floats(n);
    b.same("adamw", 3 * n, [&](catrl_cpu* c, float* w) {
        for (int i = 2 * n; i < 3 * n; i++) w[i] = std::fabs(w[i]);
        catrl_cpu_adamw(c, w, now.get(), w + n, w + 2 * n, rounded.get(), n, 1e-3, 0.9, 0.99, 1e-8, 0.1, n / 2, 3, 0.5);
        double squares;
        catrl_cpu_sum_squares(c, &squares, w, n);
        w[0] = static_cast<float>(squares);
    });
    b.same("add", n, [&](catrl_cpu* c, float* y) {
        catrl_cpu_add(c, real, y, now.get(), n);
        catrl_cpu_fill(c, old.get(), CATRL_CPU_F32, n, 2);
        catrl_cpu_copy(c, ref.get(), CATRL_CPU_F32, old.get(), CATRL_CPU_F32, n);
    });
}

void errors(Backends& b) {
    float row[4] = {1, 2, 3, 4};
    int32_t id = 4;
    bool thrown = false;
    try {
        catrl_cpu_embed(b.three, CATRL_CPU_F32, row, row, &id, 1, 1, 4);
    } catch (const std::invalid_argument&) {
        thrown = true;
    }
    expect(thrown, "embed: an id outside the table is not refused");
    thrown = false;
    float settings[CATRL_CPU_SETTINGS] = {1, 0, 1, 0, 1};
    int32_t counter[4] = {};
    row[2] = std::nanf("");
    try {
        catrl_cpu_sample(b.three, &id, row, row, 1, 4, settings, counter, 1, nullptr, nullptr);
    } catch (const std::invalid_argument&) {
        thrown = true;
    }
    expect(thrown, "sample: NaN is not refused");
}

void attentions(Backends& b) {
    for (int window : {0, 1, 16, 23}) {
        attention(b, 1, 1, 2, false, window), attention(b, 4, 2, 24, true, window);
        attention(b, 4, 1, 64, window != 0, window), attention(b, 2, 2, 128, window == 0, window);
    }
}

void everything(const char* isa) {
    Backends b{catrl_cpu_open(isa, 1), catrl_cpu_open(isa, 3), isa};
    for (int type : {CATRL_CPU_BF16, CATRL_CPU_F32}) {
        real = type;
        for (int m : {0, 1, 7, 33, 150}) linear(b, m, 31, 70), linear(b, m, 65, 1), linear(b, m, 1, 300);
        linear(b, 600, 40, 40);
        rows(b, 0, 7);
        for (int c : {1, 7, 31, 33, 1000}) rows(b, 7, c), sample(b, c < 3 ? 3 : c);
        attentions(b);
    }
    advance(b);
    for (int n : {2, 31, 40000}) update(b, n);
    errors(b);
    catrl_cpu_close(b.one);
    catrl_cpu_close(b.three);
    std::printf("%s: checked\n", isa);
}

}  // namespace

int main() {
    std::string best = catrl_cpu_best_isa();
    everything("base");
    if (best != "base") everything("avx2");
    if (best.rfind("avx512", 0) == 0) everything("avx512");
    if (best == "avx512bf16") everything("avx512bf16");
    return failures == 0 ? 0 : 1;
}
