package org.catrl.lm;

import org.catrl.data.KeyedRandom;

/**
 * The mark between two of which a prompt shows a text that is not to be obeyed. It is made of the text, by a hash, so
 * the text cannot hold it but by chance; the same text always has the same mark, so equal prompts are one.
 */
public final class FenceMark {
    private FenceMark() { }

    /** The mark of a text: up to 16 hexadecimal digits. */
    public static String of(String text) {
        return Long.toHexString(KeyedRandom.hash(text.hashCode(), text.length()));
    }
}
