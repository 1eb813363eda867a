package org.catrl.text;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;

/**
 * Texts that have a UTF-8 form. Half a surrogate pair has none; it stands as U+FFFD in whatever enters the program, so
 * that every text can be tokenised, sent and recorded.
 */
public final class Utf8 {
    private static final char REPLACEMENT = '\ufffd';

    private Utf8() { }

    /** The text with U+FFFD for each half of a surrogate pair; itself where it holds none. */
    public static String wellFormed(String text) {
        int half = half(text, 0);
        if (half < 0) {
            return text;
        }
        StringBuilder whole = new StringBuilder(text);
        for (int i = half; i >= 0; i = half(text, i + 1)) {
            whole.setCharAt(i, REPLACEMENT);
        }
        return whole.toString();
    }

    /** Index of the next half of a pair that stands alone, or -1. */
    private static int half(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (Character.charCount(text.codePointAt(i)) < 2) {
                    return i;
                }
                i++;
            }
        }
        return -1;
    }

    /** The first characters of a text, as many as are asked for, never half a surrogate pair; all of a shorter one. */
    public static String first(String text, int characters) {
        if (text.length() <= characters) {
            return text;
        }
        boolean split = characters > 0 && Character.isHighSurrogate(text.charAt(characters - 1));
        return text.substring(0, split ? characters - 1 : characters);
    }

    /** A writer of a file that writes every text: what has no UTF-8 form as U+FFFD, where Java's own would throw. */
    public static Writer writer(Path file, OpenOption... options) throws IOException {
        CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder().onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE)
                .replaceWith(String.valueOf(REPLACEMENT).getBytes(StandardCharsets.UTF_8));
        return new BufferedWriter(new OutputStreamWriter(Files.newOutputStream(file, options), encoder));
    }
}
