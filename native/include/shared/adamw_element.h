/* AdamW of one element (Loshchilov and Hutter 2019, as torch.optim.AdamW). */
#pragma once

#include <cmath>

#include "catrl.h"
#include "shared/inline.h"

namespace catrl {

/** A step's numbers, rounded to floats. */
struct AdamW {
    float beta1, rest1, beta2, rest2;  // rest = 1 - beta
    float gradient_scale;
    float rate;         // learning rate / bias correction of the first moment
    float correction2;  // 1 / root of the bias correction of the second
    float epsilon;
    float kept;         // of a decayed weight
    int64_t decayed_length;
};

static inline AdamW adamw_of(const catrl_adamw_step& step) {
    AdamW adamw;
    adamw.beta1 = static_cast<float>(step.beta1);
    adamw.rest1 = static_cast<float>(1 - step.beta1);
    adamw.beta2 = static_cast<float>(step.beta2);
    adamw.rest2 = static_cast<float>(1 - step.beta2);
    adamw.gradient_scale = static_cast<float>(step.gradient_scale);
    adamw.rate = static_cast<float>(step.learning_rate / (1 - std::pow(step.beta1, step.step)));
    adamw.correction2 = static_cast<float>(1 / std::sqrt(1 - std::pow(step.beta2, step.step)));
    adamw.epsilon = static_cast<float>(step.epsilon);
    adamw.kept = static_cast<float>(1 - step.learning_rate * step.weight_decay);
    adamw.decayed_length = step.decayed_length;
    return adamw;
}

/** Element i of the flat buffers. */
CATRL_COMMON void adamw_element(const AdamW& adamw, float& weight, float gradient, float& first, float& second,
                                int64_t i) {
    const float g = gradient * adamw.gradient_scale;
    first = adamw.beta1 * first + adamw.rest1 * g;
    second = adamw.beta2 * second + adamw.rest2 * (g * g);
    const float w = i < adamw.decayed_length ? weight * adamw.kept : weight;
    weight = w - adamw.rate * first / (::sqrtf(second) * adamw.correction2 + adamw.epsilon);
}

}  // namespace catrl
