/* grpo: the policy loss per token, its derivative, and the sums of the metrics. In doubles, token after token. */
#pragma once

#include <cmath>

namespace catrl {
namespace CATRL_ISA {

struct Grpo {
    float* dlogp;
    float* loss;
    double* sums;
    const float *logp, *old_logp, *ref_logp, *advantage, *weight;
    bool cispo, sequence_level;
    double clip_low, clip_high, delta, beta;
    int kl;

    /** The KL estimate from r = log pi_ref - log pi, and its derivative in r. */
    void estimate(double r, double& value, double& slope) const {
        if (kl == CATRL_CPU_K1) value = -r, slope = -1;
        else if (kl == CATRL_CPU_K2) value = r * r / 2, slope = r;
        else value = std::expm1(r) - r, slope = std::expm1(r);
    }

    void count(int i, double value, double ratio, double klValue) {
        double a = advantage[i];
        sums[0] += weight[i] * value;
        sums[1] += 1;
        sums[2] += ratio < clip_low && a < 0 ? 1 : 0;
        sums[3] += ratio > clip_high && a > 0 ? 1 : 0;
        sums[4] += klValue;
        sums[5] += std::exp(std::fabs(double{logp[i]} - old_logp[i]));
        sums[6] += ratio;
    }

    /** Writes the token's loss; direct = its derivative past the ratio; returns d loss / d log ratio. */
    double token(int i, double ratio, double& direct) {
        double a = advantage[i];
        /* comparisons keep a NaN ratio; fmin and fmax would lose it */
        double clipped = ratio < clip_low ? clip_low : ratio > clip_high ? clip_high : ratio;
        double value;
        double slope = 0;
        direct = 0;
        if (cispo) {
            value = -clipped * a * logp[i];
            direct = -clipped * a;
        } else {
            double capped = ratio > delta ? delta : ratio;
            value = -(clipped * a < capped * a ? clipped * a : capped * a);
            slope = capped * a <= clipped * a && ratio <= delta ? -ratio * a : 0;
        }
        double klValue = 0;
        if (beta != 0) {
            double klSlope;
            estimate(double{ref_logp[i]} - logp[i], klValue, klSlope);
            value += beta * klValue;
            direct -= beta * klSlope;
        }
        loss[i] = static_cast<float>(value);
        if (weight[i] != 0) count(i, value, ratio, klValue);
        return slope;
    }

    void sequence(int from, int to) {
        int live = 0;
        double logRatios = 0;
        for (int i = from; i < to; i++) {
            live += weight[i] != 0;
            logRatios += weight[i] != 0 ? double{logp[i]} - old_logp[i] : 0;
        }
        double mean = live == 0 ? 0 : logRatios / live;
        double throughRatio = 0;
        for (int i = from; i < to; i++) {
            double direct;
            double slope = token(i, std::exp(sequence_level ? mean : double{logp[i]} - old_logp[i]), direct);
            throughRatio += weight[i] * slope;
            dlogp[i] = static_cast<float>(weight[i] * (sequence_level ? direct : direct + slope));
        }
        for (int i = from; sequence_level && i < to; i++) {
            if (weight[i] != 0) dlogp[i] += static_cast<float>(throughRatio / live);
        }
    }
};

void grpo(catrl_cpu*, float* dlogp, float* loss, double* sums, const float* logp, const float* old_logp,
          const float* ref_logp, const float* advantage, const float* weight, const int32_t* sequence_from, int,
          int sequences, int cispo, int sequence_level, double clip_low, double clip_high, double delta, double beta,
          int kl) {
    Grpo tokens{dlogp, loss, sums, logp, old_logp, ref_logp, advantage, weight, cispo != 0, sequence_level != 0,
                clip_low, clip_high, delta, beta, kl};
    for (int s = 0; s < sequences; s++) tokens.sequence(sequence_from[s], sequence_from[s + 1]);
}

}  // namespace CATRL_ISA
}  // namespace catrl
