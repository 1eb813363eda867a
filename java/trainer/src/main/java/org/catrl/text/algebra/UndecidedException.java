package org.catrl.text.algebra;

/** A comparison that would take more work than it may. */
final class UndecidedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UndecidedException() {
        super("the comparison takes more work than it may", null, false, false);
    }
}
