package org.catrl.model;

import java.io.IOException;
import java.nio.file.Path;

/** A file of a model folder is missing, malformed, or says something this build cannot compute. */
public final class ModelFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    public ModelFormatException(Path file, String what) {
        super(file + ": " + what);
    }

    public ModelFormatException(Path file, String what, Throwable cause) {
        super(file + ": " + what, cause);
    }
}
