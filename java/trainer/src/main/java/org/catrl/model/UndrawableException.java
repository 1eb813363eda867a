package org.catrl.model;

/** A pass whose logits no token can be drawn from, as they are not finite: the weights or config.json are damaged. */
public final class UndrawableException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    /** How a backend begins to say it, see Backend.sample. */
    private static final String BEGINNING = "sample: row ";

    private UndrawableException(String message, Throwable cause) {
        super(message, cause);
    }

    /** What a pass threw: this exception where it is about the draw, else the same. */
    static IllegalStateException of(IllegalStateException thrown) {
        String message = String.valueOf(thrown.getMessage());
        return !message.startsWith(BEGINNING) ? thrown : new UndrawableException("no token can be drawn, as the "
                + "model's logits are not finite (" + message + "); its weights or its config.json are damaged, or "
                + "the temperature is too low", thrown);
    }
}
