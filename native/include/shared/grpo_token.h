/* The policy loss of one token, its derivative, its KL estimate, what the metrics count of it, and the ratio that a
 * sequence's tokens share; in doubles. */
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

/** The tokens of a sequence, or a part of it, whose weight is other than 0. */
struct LiveTokens {
    double count;
    double log_ratios;  // their sum
};

/** The log ratio that a sequence's tokens share where the loss is sequence-level. */
CATRL_COMMON double mean_log_ratio(const LiveTokens& live) {
    return live.count == 0 ? 0 : live.log_ratios / live.count;
}

CATRL_COMMON void add_live(LiveTokens& live, const catrl_tokens& tokens, int i) {
    live.count += tokens.weight[i] != 0 ? 1 : 0;
    live.log_ratios += tokens.weight[i] != 0 ? log_ratio(tokens, i) : 0;
}

/** What one token's loss is written to, and where the metrics are counted. */
struct LossOutputs {
    float *dlogp, *loss;
    catrl_grpo_sums* sums;
};

/**
 * Token i's loss, metrics, and dlogp but for what a shared ratio passes on; mean is its sequence's mean_log_ratio.
 * Returns what the token adds to the sequence's derivative in the log ratio.
 */
CATRL_COMMON double write_token(const LossOutputs& out, const catrl_tokens& tokens, const catrl_grpo& parameters, int i,
                                double mean) {
    const bool shared_ratio = parameters.sequence_level != 0;
    const double ratio = ::exp(shared_ratio ? mean : log_ratio(tokens, i));
    const TokenLoss token = token_loss(parameters, tokens, i, ratio);
    out.loss[i] = static_cast<float>(token.value);
    if (tokens.weight[i] != 0) count_token(*out.sums, parameters, tokens, i, ratio, token);
    out.dlogp[i] = static_cast<float>(tokens.weight[i] * (shared_ratio ? token.direct : token.direct + token.slope));
    return tokens.weight[i] * token.slope;
}

/** Token i's part of the derivative in the shared log ratio: every live token has the same. */
CATRL_COMMON void share_slope(float* dlogp, const catrl_tokens& tokens, int i, double slope, const LiveTokens& live) {
    if (tokens.weight[i] != 0) dlogp[i] += static_cast<float>(slope / live.count);
}

CATRL_COMMON void add_sums(catrl_grpo_sums& sums, const catrl_grpo_sums& more) {
    sums.loss += more.loss;
    sums.tokens += more.tokens;
    sums.clipped_low += more.clipped_low;
    sums.clipped_high += more.clipped_high;
    sums.kl += more.kl;
    sums.mult_prob_error += more.mult_prob_error;
    sums.ratio += more.ratio;
}

}  // namespace catrl
