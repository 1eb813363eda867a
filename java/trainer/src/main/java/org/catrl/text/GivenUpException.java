package org.catrl.text;

/** A refusal to read or compare an answer to the end; thrown often, so it has no trace. */
public final class GivenUpException extends RuntimeException {
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
