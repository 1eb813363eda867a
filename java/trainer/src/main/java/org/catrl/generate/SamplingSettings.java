package org.catrl.generate;

import static org.catrl.setting.SettingException.require;

import java.util.List;

/**
 * How completions are drawn; the names and defaults of TRL's GRPOConfig.
 *
 * @param temperature         0 = greedy; else from 1e-6 to 1e6, where a 32-bit logit over it stays finite
 * @param topK                0 = off
 * @param topP                1 = off
 * @param minP                0 = off
 * @param repetitionPenalty   1 = off
 * @param maxCompletionLength most tokens of a completion, the stop token included
 * @param stopTokens          ids that end a completion; the id drawn is kept as its last token
 * @param stopStrings         texts that end a completion once its decoded text contains one
 */
public record SamplingSettings(double temperature, int topK, double topP, double minP, double repetitionPenalty,
                               int maxCompletionLength, List<Integer> stopTokens, List<String> stopStrings) {
    private static final double LEAST = 1e-6;
    private static final double MOST = 1e6;

    public SamplingSettings {
        require(temperature == 0 || temperature >= LEAST && temperature <= MOST, "temperature", temperature,
                "0 (greedy), or from " + LEAST + " to " + MOST);
        require(topK >= 0, "top_k", topK, "0 (off) or more");
        require(topP > 0 && topP <= 1, "top_p", topP, "in (0, 1]");
        require(minP >= 0 && minP <= 1, "min_p", minP, "in [0, 1]");
        require(repetitionPenalty > 0 && Double.isFinite(repetitionPenalty), "repetition_penalty", repetitionPenalty,
                "a finite number above 0");
        require(maxCompletionLength >= 1, "max_completion_length", maxCompletionLength, "1 or more");
        stopTokens = List.copyOf(stopTokens);
        stopStrings = List.copyOf(stopStrings);
    }

    /** Sampling at a temperature with nothing truncated. */
    public static SamplingSettings of(double temperature, int maxCompletionLength, List<Integer> stopTokens) {
        return new SamplingSettings(temperature, 0, 1, 0, 1, maxCompletionLength, stopTokens, List.of());
    }

    /** These settings with other stop tokens. */
    public SamplingSettings withStopTokens(List<Integer> tokens) {
        return new SamplingSettings(temperature, topK, topP, minP, repetitionPenalty, maxCompletionLength, tokens,
                stopStrings);
    }
}
