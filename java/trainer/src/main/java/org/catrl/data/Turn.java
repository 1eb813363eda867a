package org.catrl.data;

import org.catrl.text.Utf8;

/**
 * One message of a conversation that a model is to continue.
 *
 * @param role    "system", "user" or "assistant"
 * @param content what was said
 */
public record Turn(String role, String content) {
    public Turn {
        role = Utf8.wellFormed(role);
        content = Utf8.wellFormed(content);
    }
}
