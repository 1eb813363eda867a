package org.catrl.recipe;

import org.catrl.setting.Secrets;

/**
 * A recipe that cannot be used; the message names the file, the place, the key and what to write instead. Passwords and
 * queries in the addresses that it quotes are left out.
 *
 * <pre>{@code
 * cat.yaml, line 7: unknown key "learning_rate"; did you mean "optimizer.learning_rate"?
 * }</pre>
 */
public final class RecipeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * An error of the recipe alone.
     *
     * @param message for the user, who has nothing else
     */
    public RecipeException(String message) {
        super(Secrets.hiddenIn(message));
    }

    /**
     * An error that something else led to.
     *
     * @param message for the user, who has nothing else
     * @param cause   for who looks for an error in the program
     */
    public RecipeException(String message, Throwable cause) {
        super(Secrets.hiddenIn(message), cause);
    }
}
