// grpo: the policy loss per token, its derivative, and the sums of the metrics; in doubles. Nothing leaves the device.
#include "device.cuh"
#include "shared/grpo_token.h"

namespace catrl {
namespace {

constexpr int THREADS = 128;

/** A block's sums: each over its threads. */
__device__ catrl_grpo_sums over_block(const catrl_grpo_sums& sums) {
    catrl_grpo_sums all;
    all.loss = block_reduce<THREADS>(sums.loss, Sum());
    all.tokens = block_reduce<THREADS>(sums.tokens, Sum());
    all.clipped_low = block_reduce<THREADS>(sums.clipped_low, Sum());
    all.clipped_high = block_reduce<THREADS>(sums.clipped_high, Sum());
    all.kl = block_reduce<THREADS>(sums.kl, Sum());
    all.mult_prob_error = block_reduce<THREADS>(sums.mult_prob_error, Sum());
    all.ratio = block_reduce<THREADS>(sums.ratio, Sum());
    return all;
}

/** A block for each sequence. */
__global__ void grpo_kernel(float* dlogp, float* loss, catrl_grpo_sums* of_sequences, catrl_tokens tokens,
                            catrl_grpo parameters) {
    const int from = tokens.sequence_from[blockIdx.x], to = tokens.sequence_from[blockIdx.x + 1];
    LiveTokens live = {0, 0};
    for (int i = from + threadIdx.x; i < to; i += THREADS) add_live(live, tokens, i);
    live.count = block_reduce<THREADS>(live.count, Sum());
    live.log_ratios = block_reduce<THREADS>(live.log_ratios, Sum());
    const double mean = mean_log_ratio(live);
    catrl_grpo_sums sums = {};
    const LossOutputs out = {dlogp, loss, &sums};
    double slope = 0;
    for (int i = from + threadIdx.x; i < to; i += THREADS) slope += write_token(out, tokens, parameters, i, mean);
    slope = block_reduce<THREADS>(slope, Sum());
    for (int i = from + threadIdx.x; parameters.sequence_level && i < to; i += THREADS) {
        share_slope(dlogp, tokens, i, slope, live);
    }
    sums = over_block(sums);
    if (threadIdx.x == 0) of_sequences[blockIdx.x] = sums;
}

/** The sums += the sequences', in their order; one thread. */
__global__ void grpo_sums_kernel(catrl_grpo_sums* sums, const catrl_grpo_sums* of_sequences, int sequences) {
    catrl_grpo_sums total = *sums;
    for (int s = 0; s < sequences; s++) add_sums(total, of_sequences[s]);
    *sums = total;
}

}  // namespace

namespace ops {

void grpo(catrl_context* context, float* dlogp, float* loss, catrl_grpo_sums* sums, const catrl_tokens* tokens,
          const catrl_grpo* parameters) {
    CudaContext* ctx = cuda(context);
    const int sequences = static_cast<int>(tokens->sequences);
    if (sequences == 0) return;
    auto* of_sequences = static_cast<catrl_grpo_sums*>(ctx->scratch(sizeof(catrl_grpo_sums) * sequences));
    CATRL_LAUNCH(ctx, sequences, THREADS, 0, (grpo_kernel), dlogp, loss, of_sequences, *tokens, *parameters);
    CATRL_LAUNCH(ctx, 1, 1, 0, (grpo_sums_kernel), sums, of_sequences, sequences);
}

}  // namespace ops
}  // namespace catrl
