package org.catrl.text;

import java.io.IOException;
import java.nio.file.Path;

/** A tokenizer file is missing or cannot be used; the message names the file and what is wrong. */
public final class TokenizerException extends IOException {
    private static final long serialVersionUID = 1;

    /** A complaint about a file. @param cause what failed, or null */
    TokenizerException(Path file, String what, Throwable cause) {
        super(file + ": " + what, cause);
    }
}
