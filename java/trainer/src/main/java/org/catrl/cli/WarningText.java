package org.catrl.cli;

import java.nio.file.Path;

/** What a run's user should know, in one line. */
final class WarningText {
    private WarningText() { }

    /** Prompts that were left out. */
    static String skipped(int prompts, String first) {
        return "skipped: " + prompts + (prompts == 1 ? " prompt does" : " prompts do") + " not fit the model's "
                + "context; the first: " + first;
    }

    /** Lines of a file of an endpoint's answers that hold none. */
    static String damagedAnswers(Path file, int lines) {
        return file + ": " + lines + (lines == 1 ? " line holds" : " lines hold") + " no answer of an endpoint, "
                + "cut off or damaged; what was asked there is asked again";
    }

    /** A run that no guard watches. */
    static String unwatched(String why) {
        return "guard: this run is not watched: " + why;
    }

    /** A control experiment. */
    static String readsGold() {
        return "allow_gold: this run learns from the data's own rubrics; it is a control experiment";
    }
}
