package org.catrl.aggregate;

import org.catrl.flow.Rollout;

/**
 * One response as a synthesis prompt shows it.
 *
 * @param text      the whole text or what was kept of it
 * @param truncated the model was stopped before it had finished
 * @param cut       the beginning was left out to fit the context
 */
public record Response(String text, boolean truncated, boolean cut) {
    static Response of(Rollout rollout) {
        return new Response(rollout.text(), rollout.truncated(), false);
    }

    /** The last characters of this response, never half a surrogate pair. */
    Response tail(int characters) {
        int from = text.length() - Math.min(characters, text.length());
        if (from > 0 && from < text.length() && Character.isLowSurrogate(text.charAt(from))) {
            from++;
        }
        return new Response(text.substring(from), truncated, cut || from > 0);
    }
}
