package org.catrl.text.jinja;

/** A template is malformed, or refused what it was given. */
public final class JinjaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean raised;

    JinjaException(String message) {
        this(message, false);
    }

    private JinjaException(String message, boolean raised) {
        super(message);
        this.raised = raised;
    }

    /** What the template says itself, by raise_exception. */
    static JinjaException raisedByTemplate(String message) {
        return new JinjaException(message, true);
    }

    /** Whether these are the template's own words. */
    public boolean raisedByTemplate() {
        return raised;
    }
}
