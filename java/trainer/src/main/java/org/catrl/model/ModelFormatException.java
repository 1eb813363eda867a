package org.catrl.model;

import java.io.IOException;
import java.nio.file.Path;

/** A file of a model folder is missing, malformed, or says something this build cannot compute. */
public final class ModelFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    /** A complaint about a file: its name, and what is wrong with it. */
    public ModelFormatException(Path file, String what) {
        super(file + ": " + what);
    }

    /** A complaint about a file, with what failed underneath. */
    public ModelFormatException(Path file, String what, Throwable cause) {
        super(file + ": " + what, cause);
    }
}
