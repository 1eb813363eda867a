package org.catrl.text.jinja;

/** A template is malformed, or refused what it was given. */
public final class JinjaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean raised;

    JinjaException(String message) {
        this(message, false, null);
    }

    private JinjaException(String message, boolean raised, Throwable cause) {
        super(message, cause);
        this.raised = raised;
    }

    /** The complaint about a line that Java itself could not go on with, be it for want of stack. */
    static JinjaException at(int line, Throwable cause) {
        String what = cause instanceof StackOverflowError ? "it stands too deep"
                : "it cannot go on: " + cause.getClass().getSimpleName() + ": " + cause.getMessage();
        return new JinjaException("line " + line + ": " + what, false, cause);
    }

    /** What the template says itself, by raise_exception. */
    static JinjaException raisedByTemplate(String message) {
        return new JinjaException(message, true, null);
    }

    /** Whether these are the template's own words. */
    public boolean raisedByTemplate() {
        return raised;
    }
}
