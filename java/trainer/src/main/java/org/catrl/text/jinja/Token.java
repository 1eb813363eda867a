package org.catrl.text.jinja;

/**
 * A piece of a template.
 *
 * @param kind what it is
 * @param text of TEXT what to print, of STRING the text between the quotes, otherwise as it stands
 * @param line where it begins, from 1
 */
record Token(Kind kind, String text, int line) {
    enum Kind { TEXT, PRINT_BEGIN, PRINT_END, BLOCK_BEGIN, BLOCK_END, NAME, STRING, INTEGER, FLOAT, OPERATOR, END }

    /** Whether the token is of this kind and reads so. */
    boolean is(Kind wanted, String wantedText) {
        return kind == wanted && text.equals(wantedText);
    }
}
