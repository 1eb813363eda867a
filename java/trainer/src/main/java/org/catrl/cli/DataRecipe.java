package org.catrl.cli;

/**
 * Where problems come from.
 *
 * @param source  a generator or files
 * @param seed    of the generated problems ({@code source: arithmetic})
 * @param train   prompts to learn from, one JSON object a line; answers in it are not read ({@code source: jsonl})
 * @param heldOut labelled prompts for the final measurement, or absent
 * @param probe   labelled prompts for the probe during the run, or absent
 */
record DataRecipe(Source source, long seed, String train, String heldOut, String probe) {
    enum Source { ARITHMETIC, JSONL }

    static final DataRecipe DEFAULTS = new DataRecipe(Source.ARITHMETIC, 0, null, null, null);

    DataRecipe {
        if (source == Source.ARITHMETIC) {
            refuse("train", train);
            refuse("held_out", heldOut);
            refuse("probe", probe);
        } else if (train == null && heldOut == null) {
            throw new IllegalArgumentException("train is missing; source: jsonl needs a file of prompts");
        }
    }

    private static void refuse(String name, String file) {
        if (file != null) {
            throw new IllegalArgumentException(name + " is " + file + "; it goes with source: jsonl, and source: "
                    + "arithmetic generates its problems");
        }
    }
}
