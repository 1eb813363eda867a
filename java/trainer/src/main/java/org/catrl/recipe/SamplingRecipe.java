package org.catrl.recipe;

import java.util.List;
import org.catrl.generate.SamplingSettings;
import org.catrl.setting.Inline;

/**
 * How rollouts are drawn: the names and defaults of TRL's GRPOConfig. The stop tokens are the model's own.
 *
 * <pre>{@code
 * sampling: {temperature: 0.7, top_p: 0.8, max_completion_length: 1024}
 * }</pre>
 *
 * @param maxCompletionLength most tokens of a completion
 * @param temperature         0 = greedy
 * @param topP                1 = all
 * @param topK                0 = all
 * @param minP                0 = all
 * @param repetitionPenalty   1 = none
 * @param stopStrings         what ends a completion
 * @param hosting             what that may take
 */
public record SamplingRecipe(int maxCompletionLength, double temperature, double topP, int topK, double minP,
                             double repetitionPenalty, List<String> stopStrings, @Inline HostingRecipe hosting) {
    static final SamplingRecipe DEFAULTS = new SamplingRecipe(512, 1, 1, 0, 0, 1, List.of(),
            new HostingRecipe(256, 128));

    public SamplingRecipe {
        toSettings(temperature, topK, topP, minP, repetitionPenalty, maxCompletionLength, stopStrings);
    }

    /** The same with completions of another length. */
    public SamplingRecipe withMaxCompletionLength(int tokens) {
        return new SamplingRecipe(tokens, temperature, topP, topK, minP, repetitionPenalty, stopStrings, hosting);
    }

    /** The settings without stop tokens of their own: the model's end a completion. */
    public SamplingSettings toSettings() {
        return toSettings(temperature, topK, topP, minP, repetitionPenalty, maxCompletionLength, stopStrings);
    }

    private static SamplingSettings toSettings(double temperature, int topK, double topP, double minP,
            double repetitionPenalty, int maxCompletionLength, List<String> stopStrings) {
        return new SamplingSettings(temperature, topK, topP, minP, repetitionPenalty, maxCompletionLength, List.of(),
                stopStrings);
    }
}
