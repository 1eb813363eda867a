package org.catrl.text.jinja;

/** A text in the making; every character is charged before it is there. */
final class TextBuilder {
    private final Work work;
    private final StringBuilder text = new StringBuilder();

    /** The empty text. */
    TextBuilder(Work work) {
        this.work = work;
    }

    /** Appends a text. */
    TextBuilder add(String more) {
        charge(more.length());
        text.append(more);
        return this;
    }

    /** Appends a part of a text. */
    TextBuilder add(String of, int start, int end) {
        charge(end - start);
        text.append(of, start, end);
        return this;
    }

    /** Appends a character so many times; fewer than one is none. */
    TextBuilder add(int codePoint, double times) {
        charge(Math.max(0, times) * Character.charCount(codePoint));
        text.append(Character.toString(codePoint).repeat((int) Math.max(0, times)));
        return this;
    }

    private void charge(double more) {
        Work.requireShort(text.length() + more);
        work.made(more);
    }

    /** The number of characters so far. */
    int length() {
        return text.length();
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
