package org.catrl.bench;

/** A case that could not be measured; the message says why. */
final class GpuFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    GpuFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
