package org.catrl.train;

/** A NaN or an infinity in the update: the message names the place. The weights are as they were before the step. */
public final class NotFiniteException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotFiniteException(String what, double value, String where) {
        super(what + " is " + value + " " + where
                + "; the weights were left as they were. A lower learning_rate or max_grad_norm may help");
    }
}
