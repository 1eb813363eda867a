package org.catrl.cli;

import java.util.Locale;

/** The answers that were given up on, as people read it. */
final class GivenUpText {
    private GivenUpText() { }

    /** A line with their number; empty where there are none. */
    static String of(int answers) {
        return answers == 0 ? "" : String.format(Locale.ROOT, "%d %s too long or too costly to read or compare; %s%n",
                answers, answers == 1 ? "answer was" : "answers were", answers == 1 ? "it counts as none"
                : "they count as none");
    }
}
