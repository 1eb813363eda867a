package org.catrl.lm;

import org.catrl.generate.DrawKey;
import org.catrl.generate.SamplingSettings;

/**
 * A text that a language model is to continue or answer, once.
 *
 * <pre>{@code
 * DrawKey key = new DrawKey(0, 12, 0, Purpose.VERDICT);
 * Query query = new Query("Is 7 prime?", SamplingSettings.of(0, 16, List.of()), key);
 * }</pre>
 *
 * @param text     what is asked
 * @param sampling how the reply is drawn
 * @param key      the random key that draws it
 * @param attempt  how often the same was asked before because the reply was of no use: an endpoint's cache has another
 *                 reply for each
 */
public record Query(String text, SamplingSettings sampling, DrawKey key, int attempt) {
    /** A text that is asked for the first time. */
    public Query(String text, SamplingSettings sampling, DrawKey key) {
        this(text, sampling, key, 0);
    }
}
