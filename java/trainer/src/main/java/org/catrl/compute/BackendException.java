package org.catrl.compute;

/** A backend that cannot be used; the message says why and what to do. */
public final class BackendException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** @param message why it cannot be used, and what to do */
    public BackendException(String message) {
        super(message);
    }

    /** @param message why it cannot be used, and what to do */
    public BackendException(String message, Throwable cause) {
        super(message, cause);
    }
}
