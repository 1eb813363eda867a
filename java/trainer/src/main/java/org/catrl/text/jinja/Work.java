package org.catrl.text.jinja;

/**
 * The work that one rendering may still do. Every step, every character and every element that is read or made is
 * charged here, so that a template costs no more than a bounded time and a bounded memory, whatever it says.
 */
final class Work {
    /** The most characters of one text, or elements of one list. */
    static final int LONGEST = 16 << 20;
    /** The units that a rendering may do: a second at most, where a conversation of a million characters takes 10%. */
    static final long MOST = 100_000_000;
    private static final int STEP = 32;
    private static final int ELEMENT = 32;
    private static final int MADE_CHARACTER = 2;
    private static final int DEEPEST = 400;
    private static final long BETWEEN_LOOKS = 1 << 20;
    private static final long DEADLINE_SECONDS = 30;

    private final long begun = System.nanoTime();
    private final long most;
    private long left;
    private long nextLook;
    private int depth;

    /** The work of so many units. */
    Work(long most) {
        this.most = most;
        this.left = most;
        this.nextLook = most - BETWEEN_LOOKS;
    }

    /** Charges a step of the template: a node run, a call made, an expression looked at. */
    void step() {
        charge(STEP);
    }

    /** Charges characters that are read. */
    void read(double characters) {
        charge(characters);
    }

    /** Charges characters of a new text. @throws JinjaException where it is longer than a text may be */
    void made(double characters) {
        requireShort(characters);
        charge(characters * MADE_CHARACTER);
    }

    /** Charges elements that are read, or made. @throws JinjaException where they are more than a list may hold */
    void elements(double count) {
        requireShort(count);
        charge(count * ELEMENT);
    }

    /** Refuses what is longer than a text or a list may be. @throws JinjaException */
    static void requireShort(double length) {
        if (length > LONGEST) {
            throw new JinjaException(String.format("a text or a list of %.0f elements; at most %d are made", length,
                    LONGEST));
        }
    }

    /** Goes one level deeper into an expression, a block or a value; {@link #back} comes out again. */
    void deeper() {
        if (++depth > DEEPEST) {
            throw new JinjaException("it stands more than " + DEEPEST + " deep");
        }
    }

    /** Comes out of what {@link #deeper} went into. */
    void back() {
        depth--;
    }

    private void charge(double amount) {
        if (!(amount <= left)) {
            throw new JinjaException("the template does more work than the " + most + " units that a rendering may");
        }
        left -= (long) amount;
        if (left < nextLook) {
            nextLook = left - BETWEEN_LOOKS;
            if ((System.nanoTime() - begun) / 1_000_000_000 >= DEADLINE_SECONDS) {
                throw new JinjaException("the template did not end within " + DEADLINE_SECONDS + " s");
            }
        }
    }
}
