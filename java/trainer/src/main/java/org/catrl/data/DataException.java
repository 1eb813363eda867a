package org.catrl.data;

/** A data file that cannot be used; the message names the file, the line and what is wrong. */
public final class DataException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** A complaint that names the file, the line and what is wrong. */
    public DataException(String message) {
        super(message);
    }

    /** A complaint with what failed underneath. */
    public DataException(String message, Throwable cause) {
        super(message, cause);
    }
}
