package org.catrl.text.algebra;

/** What the parser does not know how to read; such answers are compared as texts. */
final class UnreadableAnswerException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnreadableAnswerException(String message) {
        super(message, null, false, false);
    }
}
