package org.catrl.recipe;

import java.util.List;
import org.catrl.generate.SamplingSettings;

/**
 * How rollouts are drawn: the names and defaults of TRL's GRPOConfig. The stop tokens are the model's own.
 *
 * @param maxBatchRows most token rows of one decoding pass; no result depends on it
 * @param cacheMb      memory of the key/value cache, of the policy and of the anchor each; no result depends on it
 */
public record SamplingRecipe(int maxCompletionLength, double temperature, double topP, int topK, double minP,
                      double repetitionPenalty, List<String> stopStrings, int maxBatchRows, int cacheMb) {
    static final SamplingRecipe DEFAULTS = new SamplingRecipe(512, 1, 1, 0, 0, 1, List.of(), 256, 128);

    public SamplingRecipe {
        if (maxBatchRows < 1 || cacheMb < 1) {
            throw new IllegalArgumentException((maxBatchRows < 1 ? "max_batch_rows is " + maxBatchRows
                    : "cache_mb is " + cacheMb) + "; it must be 1 or more");
        }
        toSettings(temperature, topK, topP, minP, repetitionPenalty, maxCompletionLength, stopStrings);
    }

    public SamplingRecipe withMaxCompletionLength(int tokens) {
        return new SamplingRecipe(tokens, temperature, topP, topK, minP, repetitionPenalty, stopStrings, maxBatchRows,
                cacheMb);
    }

    /** Without stop tokens of its own: the model's end a completion. */
    public SamplingSettings toSettings() {
        return toSettings(temperature, topK, topP, minP, repetitionPenalty, maxCompletionLength, stopStrings);
    }

    private static SamplingSettings toSettings(double temperature, int topK, double topP, double minP,
            double repetitionPenalty, int maxCompletionLength, List<String> stopStrings) {
        return new SamplingSettings(temperature, topK, topP, minP, repetitionPenalty, maxCompletionLength, List.of(),
                stopStrings);
    }
}
