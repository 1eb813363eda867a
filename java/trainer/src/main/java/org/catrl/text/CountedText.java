package org.catrl.text;

/**
 * A text that counts how often its characters are looked at, so that a regular expression of a user, which may try
 * ways without end, is given up on at the same step on every machine.
 */
final class CountedText implements CharSequence {
    private static final long LEAST = 100_000;
    private static final long PER_CHARACTER = 100;

    private final String text;
    private long left;

    /** A text whose characters may be looked at in proportion to its length. */
    CountedText(String text) {
        this.text = text;
        this.left = LEAST + PER_CHARACTER * text.length();
    }

    @Override
    public char charAt(int index) {
        if (left-- <= 0) {
            throw new GivenUpException(GivenUp.OVER_BUDGET, "the pattern tried more ways than a text of "
                    + text.length() + " characters is worth");
        }
        return text.charAt(index);
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return text.substring(start, end);
    }

    @Override
    public String toString() {
        return text;
    }
}
