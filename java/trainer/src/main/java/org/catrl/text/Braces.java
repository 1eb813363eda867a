package org.catrl.text;

import java.util.Arrays;

/** Matching braces in TeX. */
final class Braces {
    private Braces() { }

    /** Index of the brace that closes the group whose content starts at {@code from}, or -1; \{ and \} do not count. */
    static int close(String text, int from) {
        int depth = 1;
        for (int i = from; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '\\' -> i++;
                case '{' -> depth++;
                case '}' -> depth--;
                default -> { }
            }
            if (depth == 0) {
                return i;
            }
        }
        return -1;
    }

    /** The index of the closing brace for each opening one, -1 for all else; in one pass. */
    static int[] pairs(String text) {
        int[] close = new int[text.length()];
        Arrays.fill(close, -1);
        int[] open = new int[text.length()];
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '\\' -> i++;
                case '{' -> open[depth++] = i;
                case '}' -> {
                    if (depth > 0) {
                        close[open[--depth]] = i;
                    }
                }
                default -> { }
            }
        }
        return close;
    }
}
