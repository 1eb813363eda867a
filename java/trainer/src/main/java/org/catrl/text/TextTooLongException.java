package org.catrl.text;

/** A text has more characters than a tokenizer can be given: beyond, its library ends the process. */
public final class TextTooLongException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;
    private static final int SHOWN = 60;

    /** A complaint about a text, of which the beginning is shown. @param most how many characters there may be */
    TextTooLongException(String text, int most) {
        super("the text \"" + Excerpt.of(text, SHOWN) + "\" has " + text.length() + " characters; at most " + most
                + " can be made into tokens, so shorten or split it");
    }
}
