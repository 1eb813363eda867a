package org.catrl.text;

/** An answer is not read or compared to the end; thrown often, so it has no trace. */
final class GivenUpException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final GivenUp cause;

    GivenUpException(GivenUp cause, String message) {
        super(message, null, false, false);
        this.cause = cause;
    }

    GivenUp reason() {
        return cause;
    }
}
