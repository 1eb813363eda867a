package org.catrl.compute;

/** A backend that cannot be used; the message says why and what to do. */
public final class BackendException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * An error without another behind it.
     *
     * @param message why the backend cannot be used, and what to do
     */
    public BackendException(String message) {
        super(message);
    }

    /**
     * An error that another led to.
     *
     * @param message why the backend cannot be used, and what to do
     * @param cause   what was thrown
     */
    public BackendException(String message, Throwable cause) {
        super(message, cause);
    }
}
