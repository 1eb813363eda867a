package org.catrl.reward;

/** A judge that fails too often to learn from; thrown before any weight is touched. */
public final class JudgeFailureException extends RuntimeException {
    private static final long serialVersionUID = 1;

    JudgeFailureException(String message) {
        super(message);
    }
}
