// grpo: the policy loss per token, its derivative, and the sums of the metrics; in doubles. Nothing leaves the device.
#include "device.cuh"

namespace catrl {
namespace {

constexpr int THREADS = 128;

struct GrpoSums {
    double of[CATRL_GRPO_SUMS];
};

struct Grpo {
    float *dlogp, *loss;
    const float *logp, *old_logp, *ref_logp, *advantage, *weight;
    const int32_t* sequence_from;
    bool cispo, sequence_level;
    double clip_low, clip_high, delta, beta;
    int kl;

    __device__ double log_ratio(int i) const { return static_cast<double>(logp[i]) - old_logp[i]; }

    /** The KL estimate from r = log pi_ref - log pi, and its derivative in r. */
    __device__ void estimate(double r, double& value, double& slope) const {
        if (kl == CATRL_K1) {
            value = -r;
            slope = -1;
        } else if (kl == CATRL_K2) {
            value = r * r / 2;
            slope = r;
        } else {
            value = expm1(r) - r;
            slope = expm1(r);
        }
    }

    __device__ void count(int i, double value, double ratio, double kl_value, GrpoSums& sums) const {
        const double a = advantage[i];
        sums.of[0] += weight[i] * value;
        sums.of[1] += 1;
        sums.of[2] += ratio < clip_low && a < 0 ? 1 : 0;
        sums.of[3] += ratio > clip_high && a > 0 ? 1 : 0;
        sums.of[4] += kl_value;
        sums.of[5] += exp(fabs(log_ratio(i)));
        sums.of[6] += ratio;
    }

    /** Writes the token's loss; direct = its derivative past the ratio; returns d loss / d log ratio. */
    __device__ double token(int i, double ratio, double& direct, GrpoSums& sums) const {
        const double a = advantage[i];
        /* comparisons keep a NaN ratio; fmin and fmax would lose it */
        const double clipped = ratio < clip_low ? clip_low : ratio > clip_high ? clip_high : ratio;
        double value, slope = 0;
        direct = 0;
        if (cispo) {
            value = -clipped * a * logp[i];
            direct = -clipped * a;
        } else {
            const double capped = ratio > delta ? delta : ratio;
            value = -(clipped * a < capped * a ? clipped * a : capped * a);
            slope = capped * a <= clipped * a && ratio <= delta ? -ratio * a : 0;
        }
        double kl_value = 0;
        if (beta != 0) {
            double kl_slope;
            estimate(static_cast<double>(ref_logp[i]) - logp[i], kl_value, kl_slope);
            value += beta * kl_value;
            direct -= beta * kl_slope;
        }
        loss[i] = static_cast<float>(value);
        if (weight[i] != 0) count(i, value, ratio, kl_value, sums);
        return slope;
    }
};

/** A block for each sequence. */
__global__ void grpo_kernel(GrpoSums* of_sequences, Grpo of) {
    const int from = of.sequence_from[blockIdx.x], to = of.sequence_from[blockIdx.x + 1];
    double live = 0, log_ratios = 0;
    for (int i = from + threadIdx.x; i < to; i += THREADS) {
        live += of.weight[i] != 0 ? 1 : 0;
        log_ratios += of.weight[i] != 0 ? of.log_ratio(i) : 0;
    }
    live = block_reduce<THREADS>(live, Sum());
    log_ratios = block_reduce<THREADS>(log_ratios, Sum());
    const double mean = live == 0 ? 0 : log_ratios / live;
    double through_ratio = 0;
    GrpoSums sums = {};
    for (int i = from + threadIdx.x; i < to; i += THREADS) {
        double direct;
        const double slope = of.token(i, exp(of.sequence_level ? mean : of.log_ratio(i)), direct, sums);
        through_ratio += of.weight[i] * slope;
        of.dlogp[i] = static_cast<float>(of.weight[i] * (of.sequence_level ? direct : direct + slope));
    }
    through_ratio = block_reduce<THREADS>(through_ratio, Sum());
    for (int i = from + threadIdx.x; of.sequence_level && i < to; i += THREADS) {
        if (of.weight[i] != 0) of.dlogp[i] += static_cast<float>(through_ratio / live);
    }
    for (int k = 0; k < CATRL_GRPO_SUMS; k++) {
        const double sum = block_reduce<THREADS>(sums.of[k], Sum());
        if (threadIdx.x == 0) of_sequences[blockIdx.x].of[k] = sum;
    }
}

/** sums[k] += the sequences' sums, in their order. */
__global__ void grpo_sums_kernel(double* sums, const GrpoSums* of_sequences, int sequences) {
    const int k = threadIdx.x;
    if (k >= CATRL_GRPO_SUMS) return;
    double sum = sums[k];
    for (int s = 0; s < sequences; s++) sum += of_sequences[s].of[k];
    sums[k] = sum;
}

}  // namespace
}  // namespace catrl

using namespace catrl;

void catrl_cuda_grpo(catrl_cuda* ctx, float* dlogp, float* loss, double* sums, const float* logp, const float* old_logp,
                     const float* ref_logp, const float* advantage, const float* weight, const int32_t* sequence_from,
                     int, int sequences, int cispo, int sequence_level, double clip_low, double clip_high,
                     double delta, double beta, int kl) {
    if (sequences == 0) return;
    const Grpo of{dlogp, loss, logp, old_logp, ref_logp, advantage, weight, sequence_from, cispo != 0,
                  sequence_level != 0, clip_low, clip_high, delta, beta, kl};
    GrpoSums* of_sequences = static_cast<GrpoSums*>(ctx->scratch(sizeof(GrpoSums) * sequences));
    CATRL_LAUNCH(ctx, sequences, THREADS, 0, (grpo_kernel), of_sequences, of);
    CATRL_LAUNCH(ctx, 1, WARP, 0, (grpo_sums_kernel), sums, of_sequences, sequences);
}
