package org.catrl.generate;

/**
 * A prompt to be continued {@code samples} times. What is drawn is a function of the weights, the prompt, the
 * settings, the run's seed and the key (step, promptId, rollout index, token index): house law 2.
 *
 * @param prompt   token ids, at least one
 * @param samples  G, how many completions
 * @param settings how they are drawn
 * @param step     first part of the random key
 * @param promptId second part of the random key
 */
public record Request(int[] prompt, int samples, SamplingSettings settings, int step, int promptId) {
    public Request {
        if (prompt.length == 0) {
            throw new RequestException("prompt " + promptId + " has no tokens; it must have at least one");
        }
        if (samples < 1) {
            throw new RequestException("prompt " + promptId + " asks for " + samples
                    + " samples; it must be 1 or more");
        }
    }
}
