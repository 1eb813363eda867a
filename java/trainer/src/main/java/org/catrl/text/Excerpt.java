package org.catrl.text;

import java.util.regex.Pattern;

/**
 * The beginning of a text that somebody else wrote, fit to be printed in a message.
 *
 * <pre>{@code
 * throw new IllegalStateException("the judge said: " + Excerpt.of(reply));
 * }</pre>
 */
public final class Excerpt {
    private static final int LENGTH = 200;
    /** Characters that move the cursor, cannot be seen or are none. */
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}\\s]++");

    private Excerpt() { }

    /** The first 200 characters on one line; control characters, invisible ones and spaces in a row are one space. */
    public static String of(String text) {
        return of(text, LENGTH);
    }

    /** The same of another length. @param length in characters */
    public static String of(String text, int length) {
        String line = UNPRINTABLE.matcher(Utf8.first(text, 4 * length)).replaceAll(" ").strip();
        return line.length() <= length ? line : Utf8.first(line, length) + "...";
    }
}
