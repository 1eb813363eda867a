package org.catrl.cli;

import java.util.List;
import org.catrl.generate.SamplingSettings;

/**
 * How rollouts are drawn: the names and defaults of TRL's GRPOConfig. The stop tokens are the model's own.
 *
 * @param maxBatchSize most sequences decoded at once; bounds memory, changes no result
 */
record SamplingRecipe(int maxCompletionLength, double temperature, double topP, int topK, double minP,
                      double repetitionPenalty, List<String> stopStrings, int maxBatchSize) {
    static final SamplingRecipe DEFAULTS = new SamplingRecipe(512, 1, 1, 0, 0, 1, List.of(), 128);

    SamplingRecipe {
        if (maxBatchSize < 1) {
            throw new IllegalArgumentException("max_batch_size is " + maxBatchSize + "; it must be 1 or more");
        }
        toSettings(temperature, topK, topP, minP, repetitionPenalty, maxCompletionLength, stopStrings);
    }

    /** Without stop tokens of its own: the model's end a completion. */
    SamplingSettings toSettings() {
        return toSettings(temperature, topK, topP, minP, repetitionPenalty, maxCompletionLength, stopStrings);
    }

    private static SamplingSettings toSettings(double temperature, int topK, double topP, double minP,
            double repetitionPenalty, int maxCompletionLength, List<String> stopStrings) {
        return new SamplingSettings(temperature, topK, topP, minP, repetitionPenalty, maxCompletionLength, List.of(),
                stopStrings);
    }
}
