/*
 * Runs every kernel at awkward sizes on buffers of exactly the documented length, for AddressSanitizer and
 * UndefinedBehaviorSanitizer to watch, and checks what no sanitizer sees: that one thread and three give the same
 * bits, and that errors arrive as exceptions. Correct values are the business of the contract tests.
 */
#include "catrl.h"
#include "fields.h"

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
int storage = CATRL_F32;

catrl_array array(void* data, int type, int64_t length) { return {data, type, length}; }

void copy(catrl_context* ctx, const catrl_array& to, const catrl_array& from) { ctx->ops->copy(ctx, &to, &from); }

/** Values of that type; in 16 bits they fill the first half of the memory. */
std::unique_ptr<float[]> stored(int64_t count) {
    auto x = floats(count);
    if (storage == CATRL_BF16) {
        catrl_context* ctx = catrl_cpu_open("base", 1);
        auto rounded = floats(count);
        copy(ctx, array(rounded.get(), CATRL_BF16, count), array(x.get(), CATRL_F32, count));
        ctx->ops->close(ctx);
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
    catrl_context* single;
    catrl_context* three;
    std::string isa;

    /** Calls the op on both with their own output of count floats, starting alike, and compares the bits. */
    void same(const char* op, int64_t count, const std::function<void(catrl_context*, float*)>& call) {
        auto first = floats(count);
        auto second = copyOf(first, count);
        call(single, first.get());
        call(three, second.get());
        expect(std::memcmp(first.get(), second.get(), sizeof(float) * count) == 0,
               std::string(op) + " on " + isa + ": 1 and 3 threads give different bits");
    }
};

void linear(Backends& b, int m, int n, int k) {
    auto x = stored(int64_t{m} * k), w = stored(int64_t{n} * k), dy = stored(int64_t{m} * n), bias = stored(n);
    const int64_t length = b.single->ops->packed_length(b.single, n, k);
    auto packed = stored(length);
    const catrl_product shape{storage, m, n, k};
    b.same("pack", length, [&](catrl_context* c, float* p) {
        c->ops->pack(c, p, w.get(), &shape);
        c->ops->pack(c, packed.get(), w.get(), &shape);
    });
    b.same("linear", int64_t{m} * n, [&](catrl_context* c, float* y) {
        const catrl_linear started{shape, storage, n, packed.get(), bias.get(), y};
        const catrl_linear plain{shape, storage, n, packed.get(), nullptr, nullptr};
        c->ops->linear(c, y, x.get(), &started);
        c->ops->linear(c, y, x.get(), &plain);
    });
    const int64_t stride = n + 5;
    b.same("linear into columns", m * stride, [&](catrl_context* c, float* y) {
        const catrl_linear columns{shape, CATRL_F32, stride, packed.get(), bias.get(), nullptr};
        c->ops->linear(c, m == 0 ? y : y + 5, x.get(), &columns);
    });
    b.same("linear_backward_input", int64_t{m} * k, [&](catrl_context* c, float* dx) {
        c->ops->linear_backward_input(c, dx, dy.get(), w.get(), &shape, 1);
    });
    b.same("linear_backward_weight", int64_t{n} * k + n, [&](catrl_context* c, float* dw) {
        c->ops->linear_backward_weight(c, dw, dw + int64_t{n} * k, dy.get(), x.get(), &shape);
    });
}

void rows(Backends& b, int n, int c) {
    auto x = stored(int64_t{n} * c), w = stored(c), dy = stored(int64_t{n} * c), rstd = floats(n);
    auto wide = stored(int64_t{n} * 2 * c);
    const catrl_norm norm{storage, n, c, w.get(), 1e-6, 1};
    b.same("rmsnorm", int64_t{n} * c, [&](catrl_context* ctx, float* y) {
        ctx->ops->rmsnorm(ctx, y, rstd.get(), x.get(), &norm);
    });
    b.same("rmsnorm_backward", int64_t{n} * c + c, [&](catrl_context* ctx, float* dx) {
        ctx->ops->rmsnorm_backward(ctx, dx, dx + int64_t{n} * c, dy.get(), x.get(), rstd.get(), &norm);
    });
    for (int activation : {CATRL_SILU, CATRL_GELU_TANH}) {
        const catrl_gate gate{storage, n, c, activation};
        b.same("glu", int64_t{n} * c, [&](catrl_context* ctx, float* y) { ctx->ops->glu(ctx, y, wide.get(), &gate); });
        b.same("glu_backward", int64_t{n} * 2 * c, [&](catrl_context* ctx, float* d) {
            ctx->ops->glu_backward(ctx, d, dy.get(), wide.get(), &gate);
        });
    }
    std::vector<int32_t> ids(n);
    for (int i = 0; i < n; i++) ids[i] = i % c;
    auto table = stored(int64_t{c} * c);
    const catrl_picks picks{storage, CATRL_F32, ids.data(), n, c, c};
    b.same("embed", int64_t{n} * c, [&](catrl_context* ctx, float* y) {
        ctx->ops->embed(ctx, y, table.get(), &picks);
    });
    b.same("embed_backward", int64_t{c} * c, [&](catrl_context* ctx, float* d) {
        ctx->ops->embed_backward(ctx, d, dy.get(), &picks);
    });
    std::vector<catrl_softmax_stats> stats(n);
    auto lse = floats(n);
    const catrl_vocab_tile tile{storage, n, c, 0, 1.5, ids.data()};
    b.same("logprob", 2 * n, [&](catrl_context* ctx, float* out) {
        ctx->ops->softmax_stats(ctx, stats.data(), x.get(), &tile);
        ctx->ops->logprob(ctx, out, out + n, lse.get(), stats.data(), n);
    });
    b.same("logprob_backward", int64_t{n} * c, [&](catrl_context* ctx, float* logits) {
        void* gradient = storage == CATRL_F32 ? static_cast<void*>(logits) : wide.get();  // in place in floats only
        ctx->ops->logprob_backward(ctx, gradient, logits, lse.get(), rstd.get(), &tile);
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
    int64_t cached = int64_t{10} * kvHeads * size * CATRL_BLOCK;
    auto qkv = stored(int64_t{n} * fused), rotary = floats(int64_t{48} * size), norm = stored(size);
    auto q = stored(int64_t{n} * wide), keys = stored(cached), values = stored(cached), o = stored(int64_t{n} * wide);
    auto lse = floats(int64_t{n} * heads), dout = stored(int64_t{n} * wide);
    std::fill(keys.get(), keys.get() + cached, std::nanf(""));
    std::fill(values.get(), values.get() + cached, std::nanf(""));
    const float* weight = norms ? norm.get() : nullptr;
    const catrl_rows rows{n, 4, 3, positions.data(), sequence.data(), table};
    const catrl_attention attended{storage, rows, {heads, kvHeads, size}, {keys.get(), values.get()}, 0.3, window};
    const catrl_rotation rotation{rotary.get(), weight, weight, 1e-6, 1};
    b.same("rope", int64_t{n} * wide, [&](catrl_context* c, float* y) {
        c->ops->rope(c, y, qkv.get(), &attended, &rotation);
        std::memcpy(q.get(), y, sizeof(float) * n * wide);
    });
    b.same("attention", int64_t{n} * wide, [&](catrl_context* c, float* y) {
        c->ops->attention(c, y, lse.get(), q.get(), &attended);
        std::memcpy(o.get(), y, sizeof(float) * n * wide);
        for (int64_t i = 0; i < int64_t{n} * wide; i++) expect(std::isfinite(y[i]), "attention: unused slots leak");
    });
    b.same("attention_backward", int64_t{n} * fused + 2 * size, [&](catrl_context* c, float* dqkv) {
        c->ops->attention_backward(c, dqkv, dout.get(), o.get(), lse.get(), q.get(), &attended);
        float* dnorm = dqkv + int64_t{n} * fused;
        c->ops->rope_backward(c, dqkv, qkv.get(), norms ? dnorm : nullptr, norms ? dnorm + size : nullptr,
                              &attended, &rotation);
        for (int64_t i = 0; i < int64_t{n} * fused; i++) expect(std::isfinite(dqkv[i]), "backward: unused slots leak");
    });
}

void sample(Backends& b, int vocab) {
    const int rows = 6;
    const float settings[rows * CATRL_SETTINGS] = {0, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0.7f, 3, 1, 0, 1,
                                                   1, 0, 0.6f, 0, 1, 1, 0, 1, 0.2f, 1, 1, 2, 0.9f, 0.1f, 1.3f};
    std::vector<int32_t> counters(4 * rows), seenFrom{0, 0, 0, 0, 0, 0, 1}, seen{vocab - 1};
    for (int i = 0; i < 4 * rows; i++) counters[i] = i * 7919;
    auto logits = floats(int64_t{rows} * vocab);
    const catrl_sampling sampling{rows, vocab, settings, counters.data(), 42, seenFrom.data(), seen.data()};
    b.same("sample", rows, [&](catrl_context* c, float* logp) {
        std::vector<int32_t> ids(rows, -1);
        c->ops->sample(c, ids.data(), logp, logits.get(), &sampling);
        for (int32_t id : ids) expect(id >= 0 && id < vocab, "sample: id outside the vocabulary");
    });
}

/** Row 0 goes on, row 1 stops, row 2 takes its last token, row 3 ended before. */
void advance(Backends& b) {
    const int32_t ids[] = {5, 6, 7, 8}, stopFrom[] = {0, 1, 3, 3, 3}, stops[] = {6, 2, 6};
    const float logp[] = {-1, -2, -3, -4};
    std::vector<int32_t> input(4), positions(4), counters(16), left{2, 2, 1, 0}, taken{0, 1, 1, 1}, recorded(8, -1);
    std::vector<float> recordedLogp(8);
    const catrl_decoding books{4, 2, input.data(), positions.data(), counters.data(), left.data(), taken.data(),
                               recorded.data(), recordedLogp.data(), stopFrom, stops};
    b.three->ops->advance(b.three, &books, ids, logp);
    expect(left == std::vector<int32_t>({1, 0, 0, 0}), "advance: left");
    expect(taken == std::vector<int32_t>({1, 2, 2, 1}), "advance: taken");
    expect(recorded == std::vector<int32_t>({5, -1, -1, -1, -1, 6, 7, -1}), "advance: recorded");
    expect(input == std::vector<int32_t>({5, 0, 0, 0}) && positions == std::vector<int32_t>({1, 0, 0, 0}),
           "advance: what comes next");
}

void update(Backends& b, int n) {
    auto old = floats(n), now = floats(n), ref = floats(n), advantage = floats(n), weight = floats(n);
    std::vector<int32_t> from{0, n / 2, n};
    const catrl_tokens tokens{n, 2, now.get(), old.get(), ref.get(), advantage.get(), weight.get(), from.data()};
    for (int sequenceLevel : {0, 1}) {
        for (int cispo : {0, 1}) {
            const catrl_grpo parameters{cispo, sequenceLevel, 0.8, 1.2, std::numeric_limits<double>::infinity(), 0.1,
                                        CATRL_K3};
            b.same("grpo", 2 * n, [&](catrl_context* c, float* out) {
                catrl_grpo_sums sums{};
                c->ops->grpo(c, out, out + n, &sums, &tokens, &parameters);
            });
        }
    }
    auto rounded = floats(n);
    const catrl_adamw_step step{1e-3, 0.9, 0.99, 1e-8, 0.1, n / 2, 3, 0.5};
    b.same("adamw", 3 * n, [&](catrl_context* c, float* w) {
        for (int i = 2 * n; i < 3 * n; i++) w[i] = std::fabs(w[i]);
        const catrl_trainable trainable{w, w + n, w + 2 * n, rounded.get(), n};
        const catrl_array weights = array(w, CATRL_F32, n);
        c->ops->adamw(c, &trainable, now.get(), &step);
        double squares;
        c->ops->sum_squares(c, &squares, &weights);
        w[0] = static_cast<float>(squares);
    });
    b.same("add", n, [&](catrl_context* c, float* y) {
        const catrl_array sum = array(y, storage, n), term = array(now.get(), storage, n);
        const catrl_array twos = array(old.get(), CATRL_F32, n);
        c->ops->add(c, &sum, &term);
        c->ops->fill(c, &twos, 2);
        copy(c, array(ref.get(), CATRL_F32, n), twos);
    });
}

void errors(Backends& b) {
    float row[4] = {1, 2, 3, 4};
    int32_t id = 4;
    bool thrown = false;
    const catrl_picks picks{CATRL_F32, CATRL_F32, &id, 1, 1, 4};
    try {
        b.three->ops->embed(b.three, row, row, &picks);
    } catch (const std::invalid_argument&) {
        thrown = true;
    }
    expect(thrown, "embed: an id outside the table is not refused");
    thrown = false;
    float settings[CATRL_SETTINGS] = {1, 0, 1, 0, 1};
    int32_t counter[4] = {};
    row[2] = std::nanf("");
    const catrl_sampling sampling{1, 4, settings, counter, 1, nullptr, nullptr};
    try {
        b.three->ops->sample(b.three, &id, row, row, &sampling);
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
    for (int type : {CATRL_BF16, CATRL_F32}) {
        storage = type;
        for (int m : {0, 1, 7, 33, 150}) linear(b, m, 31, 70), linear(b, m, 65, 1), linear(b, m, 1, 300);
        linear(b, 600, 40, 40);
        rows(b, 0, 7);
        for (int c : {1, 7, 31, 33, 1000}) rows(b, 7, c), sample(b, c < 3 ? 3 : c);
        attentions(b);
    }
    advance(b);
    for (int n : {2, 31, 40000}) update(b, n);
    errors(b);
    b.single->ops->close(b.single);
    b.three->ops->close(b.three);
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
