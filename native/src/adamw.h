/* sum, sum_squares and adamw. */
#pragma once

#include <cmath>

namespace catrl {
namespace CATRL_ISA {

void sum(catrl_cpu*, double* out, const float* x, int64_t length) {
    for (int64_t i = 0; i < length; i++) *out += double{x[i]};
}

/** Squares are summed in doubles per chunk, side by side in LANES sums; chunks meet in order. */
void sum_squares(catrl_cpu* ctx, double* out, const float* x, int64_t length) {
    int64_t chunks = (length + ELEMENTS - 1) / ELEMENTS;
    double* sums = static_cast<double*>(ctx->shared.bytes(sizeof(double) * chunks));
    ctx->parallel(chunks, 1, [&](int64_t begin, int64_t end, int) {
        for (int64_t chunk = begin; chunk < end; chunk++) {
            double lane[LANES] = {};
            int64_t from = chunk * ELEMENTS;
            int64_t to = from + ELEMENTS < length ? from + ELEMENTS : length;
            for (; from + LANES <= to; from += LANES) {
                for (int i = 0; i < LANES; i++) lane[i] += double{x[from + i]} * x[from + i];
            }
            for (int i = 0; from < to; i++, from++) lane[i] += double{x[from]} * x[from];
            double sum = 0;
            for (double part : lane) sum += part;
            sums[chunk] = sum;
        }
    });
    double total = 0;
    for (int64_t chunk = 0; chunk < chunks; chunk++) total += sums[chunk];
    *out = total;
}

void adamw(catrl_cpu* ctx, float* weight, const float* gradient, float* first, float* second, void* copy,
           int64_t length, double learning_rate, double beta1, double beta2, double epsilon, double weight_decay,
           int64_t decayed_length, int step, double gradient_scale) {
    float b1 = static_cast<float>(beta1);
    float rest1 = static_cast<float>(1 - beta1);
    float b2 = static_cast<float>(beta2);
    float rest2 = static_cast<float>(1 - beta2);
    float scale = static_cast<float>(gradient_scale);
    float rate = static_cast<float>(learning_rate / (1 - std::pow(beta1, step)));
    float correction2 = static_cast<float>(1 / std::sqrt(1 - std::pow(beta2, step)));
    float eps = static_cast<float>(epsilon);
    float kept = static_cast<float>(1 - learning_rate * weight_decay);
    ctx->parallel(length, ELEMENTS, [&](int64_t begin, int64_t end, int) {
        for (int64_t i = begin; i < end; i++) {
            float g = gradient[i] * scale;
            float m = b1 * first[i] + rest1 * g;
            float v = b2 * second[i] + rest2 * (g * g);
            float w = i < decayed_length ? weight[i] * kept : weight[i];
            first[i] = m;
            second[i] = v;
            weight[i] = w - rate * m / (__builtin_sqrtf(v) * correction2 + eps);
        }
    });
    if (copy != nullptr) convert(ctx, static_cast<Bf16*>(copy), weight, length);
}

}  // namespace CATRL_ISA
}  // namespace catrl
