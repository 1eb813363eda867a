// grpo: the policy loss per token, its derivative, and the sums of the metrics; in doubles. Nothing leaves the device.
#include "device.cuh"
#include "shared/grpo_token.h"

namespace catrl {
namespace {

constexpr int THREADS = 128;

/** Members of catrl_grpo_sums. */
constexpr int SUMS = sizeof(catrl_grpo_sums) / sizeof(double);

/** A block for each sequence. */
__global__ void grpo_kernel(float* dlogp, float* loss, catrl_grpo_sums* of_sequences, catrl_tokens tokens,
                            catrl_grpo parameters) {
    const int from = tokens.sequence_from[blockIdx.x], to = tokens.sequence_from[blockIdx.x + 1];
    const float* weight = tokens.weight;
    const bool shared_ratio = parameters.sequence_level != 0;
    double live = 0, log_ratios = 0;
    for (int i = from + threadIdx.x; i < to; i += THREADS) {
        live += weight[i] != 0 ? 1 : 0;
        log_ratios += weight[i] != 0 ? log_ratio(tokens, i) : 0;
    }
    live = block_reduce<THREADS>(live, Sum());
    log_ratios = block_reduce<THREADS>(log_ratios, Sum());
    const double mean = live == 0 ? 0 : log_ratios / live;
    double through_ratio = 0;
    catrl_grpo_sums sums = {};
    for (int i = from + threadIdx.x; i < to; i += THREADS) {
        const double ratio = exp(shared_ratio ? mean : log_ratio(tokens, i));
        const TokenLoss token = token_loss(parameters, tokens, i, ratio);
        loss[i] = static_cast<float>(token.value);
        if (weight[i] != 0) count_token(sums, parameters, tokens, i, ratio, token);
        through_ratio += weight[i] * token.slope;
        dlogp[i] = static_cast<float>(weight[i] * (shared_ratio ? token.direct : token.direct + token.slope));
    }
    through_ratio = block_reduce<THREADS>(through_ratio, Sum());
    for (int i = from + threadIdx.x; shared_ratio && i < to; i += THREADS) {
        if (weight[i] != 0) dlogp[i] += static_cast<float>(through_ratio / live);
    }
    double (&members)[SUMS] = reinterpret_cast<double (&)[SUMS]>(sums);
    double* out = reinterpret_cast<double*>(of_sequences + blockIdx.x);
    for (int k = 0; k < SUMS; k++) {
        const double sum = block_reduce<THREADS>(members[k], Sum());
        if (threadIdx.x == 0) out[k] = sum;
    }
}

/** Each of the sums += the sequences', in their order. */
__global__ void grpo_sums_kernel(double* sums, const double* of_sequences, int sequences) {
    const int k = threadIdx.x;
    if (k >= SUMS) return;
    double sum = sums[k];
    for (int s = 0; s < sequences; s++) sum += of_sequences[s * SUMS + k];
    sums[k] = sum;
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
    CATRL_LAUNCH(ctx, 1, WARP, 0, (grpo_sums_kernel), reinterpret_cast<double*>(sums),
                 reinterpret_cast<const double*>(of_sequences), sequences);
}

}  // namespace ops
}  // namespace catrl
