/* sum, sum_squares and adamw. */
#pragma once

#include "shared/adamw_element.h"

namespace catrl {
namespace CATRL_ISA {

void sum(catrl_context*, double* out, const catrl_array* x) {
    const float* terms = static_cast<const float*>(x->data);
    for (int64_t i = 0; i < x->length; i++) *out += double{terms[i]};
}

/** Squares are summed in doubles per chunk, side by side in LANES sums; chunks meet in order. */
void sum_squares(catrl_context* context, double* out, const catrl_array* array) {
    CpuContext* ctx = cpu(context);
    const float* x = static_cast<const float*>(array->data);
    int64_t length = array->length;
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

void adamw(catrl_context* context, const catrl_trainable* trainable, const float* gradient,
           const catrl_adamw_step* step) {
    CpuContext* ctx = cpu(context);
    const AdamW adamw = adamw_of(*step);
    float *weight = trainable->weight, *first = trainable->first, *second = trainable->second;
    ctx->parallel(trainable->length, ELEMENTS, [&](int64_t begin, int64_t end, int) {
        for (int64_t i = begin; i < end; i++) adamw_element(adamw, weight[i], gradient[i], first[i], second[i], i);
    });
    if (trainable->copy != nullptr) convert(ctx, static_cast<Bf16*>(trainable->copy), weight, trainable->length);
}

}  // namespace CATRL_ISA
}  // namespace catrl
