package org.catrl.record;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;

/** A file of a run that cannot be written or read; the message names it, the reason and what is left. */
public final class RecordException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * An error with the whole sentence.
     *
     * @param message for the user, who has nothing else
     */
    public RecordException(String message, Throwable cause) {
        super(message, cause);
    }

    /** A file that the system did not let be written. */
    static RecordException of(Path file, IOException cause) {
        return new RecordException(file + ": cannot be written: " + reason(cause), cause);
    }

    /** The same of what a step came to. */
    static RecordException of(Path file, int step, IOException cause) {
        return new RecordException(file + ": cannot be written after step " + step + ": " + reason(cause), cause);
    }

    /** A database that cannot be written. */
    static RecordException of(Path file, SQLException cause) {
        return new RecordException(file + ": cannot be written: " + RunDatabase.reason(cause), cause);
    }

    /** The system's reason in words, without the name of the file. */
    public static String reason(IOException cause) {
        return cause instanceof NoSuchFileException ? "there is no such file or folder"
                : cause instanceof AccessDeniedException ? "permission denied"
                : cause instanceof FileAlreadyExistsException ? "it is there already"
                : cause instanceof FileSystemException system && system.getReason() != null ? system.getReason()
                : cause.getMessage() == null || cause instanceof FileSystemException ? cause.getClass().getSimpleName()
                : cause.getMessage();
    }
}
