package org.catrl.record;

/** A folder that a run's record cannot go to; the message names it and says what to do. */
public final class RunFolderException extends RuntimeException {
    private static final long serialVersionUID = 1;

    RunFolderException(String message) {
        super(message);
    }

    RunFolderException(String message, Throwable cause) {
        super(message, cause);
    }
}
