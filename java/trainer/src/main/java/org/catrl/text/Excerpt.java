package org.catrl.lm;

import java.util.regex.Pattern;

/** The beginning of a text that somebody else wrote, fit to be printed in a message. */
public final class Excerpt {
    private static final int LENGTH = 200;
    /** Characters that move the cursor, cannot be seen or are none. */
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}\\s]++");

    private Excerpt() { }

    /** The first 200 characters on one line; control characters, invisible ones and spaces in a row are one space. */
    public static String of(String text) {
        String start = text.length() <= 4 * LENGTH ? text : text.substring(0, 4 * LENGTH);
        String line = UNPRINTABLE.matcher(start).replaceAll(" ").strip();
        return line.length() <= LENGTH ? line : withoutHalf(line.substring(0, LENGTH)) + "...";
    }

    /** The text without a last character of which only the first half is there. */
    static String withoutHalf(String text) {
        boolean half = !text.isEmpty() && Character.isHighSurrogate(text.charAt(text.length() - 1));
        return half ? text.substring(0, text.length() - 1) : text;
    }
}
