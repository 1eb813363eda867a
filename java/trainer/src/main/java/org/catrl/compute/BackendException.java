package org.catrl.compute;

/** A backend that cannot be used; the message says why and what to do. */
public final class BackendException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public BackendException(String message) {
        super(message);
    }

    public BackendException(String message, Throwable cause) {
        super(message, cause);
    }
}
