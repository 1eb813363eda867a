/* The policy loss of one token, its derivative, its KL estimate and what the metrics count of it; in doubles. */
#pragma once

#include <cmath>

#include "catrl.h"
#include "shared/inline.h"

namespace catrl {

/** What a token's loss is, and where its derivative runs. */
struct TokenLoss {
    double value;
    double slope;   // d loss / d log ratio
    double direct;  // d loss / d log pi past the ratio
    double kl;      // the estimate, 0 without a reference
};

CATRL_COMMON double log_ratio(const catrl_tokens& tokens, int i) {
    return static_cast<double>(tokens.logp[i]) - tokens.old_logp[i];
}

/** The KL estimate from r = log pi_ref - log pi, and its derivative in r. */
CATRL_COMMON void kl_estimate(int64_t kl, double r, double& value, double& slope) {
    if (kl == CATRL_K1) {
        value = -r;
        slope = -1;
    } else if (kl == CATRL_K2) {
        value = r * r / 2;
        slope = r;
    } else {
        value = ::expm1(r) - r;
        slope = ::expm1(r);
    }
}

/** The loss of token i, whose ratio is its own or its sequence's. */
CATRL_COMMON TokenLoss token_loss(const catrl_grpo& parameters, const catrl_tokens& tokens, int i, double ratio) {
    const double a = tokens.advantage[i], low = parameters.clip_low, high = parameters.clip_high;
    /* comparisons keep a NaN ratio; fmin and fmax would lose it */
    const double clipped = ratio < low ? low : ratio > high ? high : ratio;
    TokenLoss token = {0, 0, 0, 0};
    if (parameters.cispo) {
        token.value = -clipped * a * tokens.logp[i];
        token.direct = -clipped * a;
    } else {
        const double capped = ratio > parameters.delta ? parameters.delta : ratio;
        token.value = -(clipped * a < capped * a ? clipped * a : capped * a);
        token.slope = capped * a <= clipped * a && ratio <= parameters.delta ? -ratio * a : 0;
    }
    if (parameters.beta != 0) {
        double kl_slope;
        kl_estimate(parameters.kl, static_cast<double>(tokens.ref_logp[i]) - tokens.logp[i], token.kl, kl_slope);
        token.value += parameters.beta * token.kl;
        token.direct -= parameters.beta * kl_slope;
    }
    return token;
}

/** Adds a token of weight other than 0 to the metrics. */
CATRL_COMMON void count_token(catrl_grpo_sums& sums, const catrl_grpo& parameters, const catrl_tokens& tokens, int i,
                              double ratio, const TokenLoss& token) {
    const double a = tokens.advantage[i];
    sums.loss += tokens.weight[i] * token.value;
    sums.tokens += 1;
    sums.clipped_low += ratio < parameters.clip_low && a < 0 ? 1 : 0;
    sums.clipped_high += ratio > parameters.clip_high && a > 0 ? 1 : 0;
    sums.kl += token.kl;
    sums.mult_prob_error += ::exp(::fabs(log_ratio(tokens, i)));
    sums.ratio += ratio;
}

}  // namespace catrl
