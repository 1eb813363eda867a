package org.catrl.text;

import java.util.Arrays;
import java.util.function.Function;

/**
 * The text of ids that come one at a time. What a later id may still change is held back: the beginning of a character
 * that several tokens make up. For the ids of a text, the pieces put together are the text that all ids decode to; ids
 * that are of no text may differ where a character was never finished.
 *
 * <p>Only the last few ids are decoded again at each step: a window that starts where the text was last whole, so that
 * decoders that treat a text's start in their own way come out as in the whole text.
 */
public final class TextStream {
    private static final char UNFINISHED = '\ufffd';

    private final Function<int[], String> decode;
    private int[] ids = new int[64];
    private int length;
    private int from;
    private int whole;
    private int given;

    /** A stream without ids yet. @param decode the text of ids, as the tokenizer decodes them */
    public TextStream(Function<int[], String> decode) {
        this.decode = decode;
    }

    /** The text that is certain now and was not before; often empty. */
    public String push(int id) {
        if (length == ids.length) {
            ids = Arrays.copyOf(ids, 2 * length);
        }
        ids[length++] = id;
        String window = decode.apply(Arrays.copyOfRange(ids, from, length));
        int certain = window.length();
        while (certain > 0 && window.charAt(certain - 1) == UNFINISHED) {
            certain--;
        }
        String fresh = certain > given ? window.substring(given, certain) : "";
        given = Math.max(given, certain);
        if (certain == window.length() && !fresh.isEmpty()) {
            given = decode.apply(Arrays.copyOfRange(ids, whole, length)).length();
            from = whole;
            whole = length;
        }
        return fresh;
    }

    /** The text that was held back: to be asked for once, after the last id. */
    public String flush() {
        String window = decode.apply(Arrays.copyOfRange(ids, from, length));
        String rest = window.substring(Math.min(given, window.length()));
        given = window.length();
        return rest;
    }
}
