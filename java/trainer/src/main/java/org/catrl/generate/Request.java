package org.catrl.generate;

/**
 * A prompt to be continued {@code samples} times. What is drawn is a function of the weights, the prompt, the
 * settings, the stream's seed and the key: house law 2.
 *
 * @param prompt   token ids, at least one
 * @param samples  G, how many completions
 * @param settings how they are drawn
 * @param key      the random key of the first completion; those that follow count on from it
 */
public record Request(int[] prompt, int samples, SamplingSettings settings, DrawKey key) {
    public Request {
        if (prompt.length == 0) {
            throw new RequestException("prompt " + key.prompt() + " has no tokens; it must have at least one");
        }
        if (samples < 1 || samples > DrawKey.MOST - key.rollout()) {
            throw new RequestException("prompt " + key.prompt() + " asks for " + samples
                    + " samples; it must be 1 or more, "
                    + "and at most " + (DrawKey.MOST - key.rollout()));
        }
    }
}
