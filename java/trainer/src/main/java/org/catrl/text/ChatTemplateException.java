package org.catrl.text;

/** A chat template refused a conversation, or could not go on with it. */
public final class ChatTemplateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ChatTemplateException(String message, Throwable cause) {
        super(message, cause);
    }
}
