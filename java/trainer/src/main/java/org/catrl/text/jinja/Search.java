package org.catrl.text.jinja;

/** The search for a part of a text, in a time that grows with their lengths, never with the product of them. */
final class Search {
    private static final int SHORT = 8;

    private Search() { }

    /** The first place of the part from {@code from} on, or -1. */
    static int first(String text, String part, int from) {
        return part.length() <= SHORT ? text.indexOf(part, from) : find(text, part, from, false);
    }

    /** The last place of the part that ends at {@code end} or before, or -1. */
    static int last(String text, String part, int end) {
        if (part.length() <= SHORT) {
            return end < part.length() ? -1 : text.lastIndexOf(part, end - part.length());
        }
        int found = find(text, part, text.length() - end, true);
        return found < 0 ? -1 : text.length() - found - part.length();
    }

    /** Knuth, Morris and Pratt's search; backward, both are read from their ends and so is the place. */
    private static int find(String text, String part, int from, boolean backward) {
        int[] borders = borders(part, backward);
        int matched = 0;
        for (int i = from; i < text.length(); i++) {
            char c = at(text, i, backward);
            while (matched > 0 && at(part, matched, backward) != c) {
                matched = borders[matched - 1];
            }
            matched += at(part, matched, backward) == c ? 1 : 0;
            if (matched == part.length()) {
                return i + 1 - matched;
            }
        }
        return -1;
    }

    private static int[] borders(String part, boolean backward) {
        int[] borders = new int[part.length()];
        for (int i = 1; i < borders.length; i++) {
            int length = borders[i - 1];
            while (length > 0 && at(part, length, backward) != at(part, i, backward)) {
                length = borders[length - 1];
            }
            borders[i] = length + (at(part, length, backward) == at(part, i, backward) ? 1 : 0);
        }
        return borders;
    }

    private static char at(String text, int i, boolean backward) {
        return text.charAt(backward ? text.length() - 1 - i : i);
    }
}
