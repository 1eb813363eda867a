package org.catrl.cli;

/** The first line of a run: which backend it has. */
final class BackendLine {
    private BackendLine() { }

    static String of(String backend, String why) {
        return "backend " + backend + "; " + why;
    }
}
