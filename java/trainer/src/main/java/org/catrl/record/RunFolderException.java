package org.catrl.record;

/** A folder that a run's record cannot go to, or that holds none; the message names it and says what to do. */
public final class RunFolderException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** The error with the whole sentence. @param message for the user, who has nothing else */
    public RunFolderException(String message) {
        super(message);
    }

    /** The same with what led to it. */
    public RunFolderException(String message, Throwable cause) {
        super(message, cause);
    }
}
