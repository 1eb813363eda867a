/* grpo: the policy loss per token, its derivative, and the sums of the metrics. In doubles, token after token. */
#pragma once

#include "shared/grpo_token.h"

namespace catrl {
namespace CATRL_ISA {

/** Tokens from .. to are one sequence. */
static void grpoSequence(float* dlogp, float* loss, catrl_grpo_sums& sums, const catrl_tokens& tokens,
                         const catrl_grpo& parameters, int from, int to) {
    LiveTokens live = {0, 0};
    for (int i = from; i < to; i++) add_live(live, tokens, i);
    const double mean = mean_log_ratio(live);
    const LossOutputs out = {dlogp, loss, &sums};
    double slope = 0;
    for (int i = from; i < to; i++) slope += write_token(out, tokens, parameters, i, mean);
    for (int i = from; parameters.sequence_level && i < to; i++) share_slope(dlogp, tokens, i, slope, live);
}

void grpo(catrl_context*, float* dlogp, float* loss, catrl_grpo_sums* sums, const catrl_tokens* tokens,
          const catrl_grpo* parameters) {
    for (int64_t s = 0; s < tokens->sequences; s++) {
        grpoSequence(dlogp, loss, *sums, *tokens, *parameters, tokens->sequence_from[s], tokens->sequence_from[s + 1]);
    }
}

}  // namespace CATRL_ISA
}  // namespace catrl
