package org.catrl.train;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one update did. Means over its tokens are NaN when every rollout was left out.
 *
 * @param policyLoss         mean over optimizer steps of the loss, KL term included
 * @param kl                 mean over tokens of the KL estimate; NaN unless the loss has a KL term
 * @param clipped            shares of tokens that clipping kept from learning
 * @param entropy            mean over tokens, in nats, of the temperature-scaled distribution
 * @param gradNorm           mean over optimizer steps of the global norm before clipping
 * @param learningRate       that of the last optimizer step
 * @param tokenMultProbError mean of exp(|log pi - log pi_sampled|) in the first optimizer step: 1 = exact agreement
 * @param numTokens          prompt and completion tokens of all updates so far
 * @param logProbSeconds     time for the reference's log-probabilities
 * @param updateSeconds      time for the optimizer steps
 */
public record UpdateMetrics(double policyLoss, double kl, ClipRatio clipped, double entropy,
                            double gradNorm, double learningRate, double tokenMultProbError, long numTokens,
                            double logProbSeconds, double updateSeconds) {
    /**
     * Shares of tokens that clipping kept from learning.
     *
     * @param low  ratio below 1 - epsilon and a negative advantage
     * @param high ratio above 1 + epsilon_high and a positive advantage
     */
    public record ClipRatio(double low, double high) { }

    /** The metrics under the names that are logged. */
    public Map<String, Double> named() {
        Map<String, Double> named = new LinkedHashMap<>();
        named.put("policy_loss", policyLoss);
        if (!Double.isNaN(kl)) {
            named.put("kl", kl);
        }
        named.put("clip_ratio/low_mean", clipped.low);
        named.put("clip_ratio/high_mean", clipped.high);
        named.put("clip_ratio/region_mean", clipped.low + clipped.high);
        named.put("entropy", entropy);
        named.put("grad_norm", gradNorm);
        named.put("learning_rate", learningRate);
        named.put("sampling/token_mult_prob_error", tokenMultProbError);
        named.put("num_tokens", (double) numTokens);
        named.put("timing_s/logprob", logProbSeconds);
        named.put("timing_s/update", updateSeconds);
        return named;
    }
}
