package org.catrl.data;

import org.catrl.text.Utf8;

/**
 * A supervised example.
 *
 * @param prompt     read, not learned
 * @param completion what the loss is taken on
 */
public record Example(String prompt, String completion) {
    public Example {
        prompt = Utf8.wellFormed(prompt);
        completion = Utf8.wellFormed(completion);
    }
}
