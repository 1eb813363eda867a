package org.catrl.train;

/**
 * A NaN or an infinity where training stops: the message names the place, and says whether the weights are as they were
 * before the step.
 */
public final class NotFiniteException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final String ADVICE = "; the weights were left as they were. A lower learning_rate or "
            + "max_grad_norm may help";

    private NotFiniteException(String message, Throwable cause) {
        super(message, cause);
    }

    /** What was found before any weight was touched. */
    NotFiniteException(String what, double value, String where) {
        this(what + " is " + value + " " + where + ADVICE, null);
    }

    /**
     * An update that no weight could hold, found before any was touched.
     *
     * @param tensor the first that it would spoil
     */
    static NotFiniteException rate(double rate, String where, String tensor) {
        return new NotFiniteException("the learning rate is " + rate + " " + where + ", more than a 32-bit number "
                + "holds: every weight, " + tensor + " first, would not be finite; the weights were left as they were. "
                + "Lower learning_rate", null);
    }

    /**
     * What an update left behind.
     *
     * @param place the first that is not finite
     * @param when  "after optimizer step 7"
     */
    static NotFiniteException spoilt(String place, String when) {
        return new NotFiniteException(place + " is not finite " + when + "; these weights are lost, and they are not "
                + "saved. Lower learning_rate", null);
    }

    /** Weights under which nothing can be drawn. */
    static NotFiniteException drawing(int step, RuntimeException cause) {
        return new NotFiniteException("step " + step + ": " + cause.getMessage() + ". Lower "
                + "learning_rate, or raise temperature", cause);
    }

    /** A reward that no advantage can be made of. */
    static NotFiniteException reward(String place, double value) {
        return new NotFiniteException(place + " is " + value + "; the weights were left as they were. A reward must be "
                + "a finite number, or no verdict", null);
    }

    /**
     * The same with what else there is to say.
     *
     * @param note a sentence's part, e.g. "the last checkpoint is runs/x/checkpoint-10"
     */
    public NotFiniteException with(String note) {
        return new NotFiniteException(getMessage() + "; " + note, this);
    }
}
