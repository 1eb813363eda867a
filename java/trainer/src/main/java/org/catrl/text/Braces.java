package org.catrl.text;

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
}
