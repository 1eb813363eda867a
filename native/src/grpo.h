/* grpo: the policy loss per token, its derivative, and the sums of the metrics. In doubles, token after token. */
#pragma once

#include "shared/grpo_token.h"

namespace catrl {
namespace CATRL_ISA {

/** Tokens from .. to are one sequence. */
static void grpoSequence(float* dlogp, float* loss, catrl_grpo_sums& sums, const catrl_tokens& tokens,
                         const catrl_grpo& parameters, int from, int to) {
    const float* weight = tokens.weight;
    int live = 0;
    double logRatios = 0;
    for (int i = from; i < to; i++) {
        live += weight[i] != 0;
        logRatios += weight[i] != 0 ? log_ratio(tokens, i) : 0;
    }
    double mean = live == 0 ? 0 : logRatios / live;
    double throughRatio = 0;
    for (int i = from; i < to; i++) {
        double ratio = ::exp(parameters.sequence_level ? mean : log_ratio(tokens, i));
        TokenLoss token = token_loss(parameters, tokens, i, ratio);
        loss[i] = static_cast<float>(token.value);
        if (weight[i] != 0) count_token(sums, parameters, tokens, i, ratio, token);
        throughRatio += weight[i] * token.slope;
        double slope = parameters.sequence_level ? token.direct : token.direct + token.slope;
        dlogp[i] = static_cast<float>(weight[i] * slope);
    }
    for (int i = from; parameters.sequence_level && i < to; i++) {
        if (weight[i] != 0) dlogp[i] += static_cast<float>(throughRatio / live);
    }
}

void grpo(catrl_context*, float* dlogp, float* loss, catrl_grpo_sums* sums, const catrl_tokens* tokens,
          const catrl_grpo* parameters) {
    for (int64_t s = 0; s < tokens->sequences; s++) {
        grpoSequence(dlogp, loss, *sums, *tokens, *parameters, tokens->sequence_from[s], tokens->sequence_from[s + 1]);
    }
}

}  // namespace CATRL_ISA
}  // namespace catrl
