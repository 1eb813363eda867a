package org.catrl.recipe;

/** A recipe that cannot be used; the message names the file, the place, the key and what to write instead. */
public final class RecipeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public RecipeException(String message) {
        super(message);
    }

    public RecipeException(String message, Throwable cause) {
        super(message, cause);
    }
}
