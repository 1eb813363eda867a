package org.catrl.cli;

/** A number of things, as people say it. */
final class Counted {
    private Counted() { }

    /** The number and its noun, e.g. "1 step", "2 steps". */
    static String of(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
