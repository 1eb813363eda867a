package org.catrl.cli;

/** The reader of what is written. */
final class Terminal {
    private Terminal() { }

    /** Whether a bar can redraw itself: somebody sits at a terminal that can move its cursor. */
    static boolean present() {
        String kind = System.getenv("TERM");
        return System.console() != null && kind != null && !kind.equals("dumb");
    }

    /** The text in red where somebody sees it. */
    static String red(String text) {
        return present() ? "\u001b[31m" + text + "\u001b[0m" : text;
    }
}
