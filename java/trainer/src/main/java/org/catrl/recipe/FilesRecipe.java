package org.catrl.recipe;

import java.nio.file.Path;
import org.catrl.data.HashSplit;
import org.catrl.setting.SettingException;

/**
 * The files of {@code source: jsonl}. Its keys stand in the section data.
 *
 * <pre>{@code
 * data: {train: prompts.jsonl, held_out: test.jsonl}
 * }</pre>
 *
 * @param train   prompts to learn from; answers in it are not read
 * @param heldOut labelled prompts for the final measurement, or absent
 * @param probe   labelled prompts for the probe during the run, or absent
 * @param split   parts of the training file that are kept out of it: for the probe and for the final measurement, where
 *                those have no file of their own
 */
public record FilesRecipe(Path train, Path heldOut, Path probe, SplitRecipe split) {
    /**
     * Shares of a file, by a seeded hash of each prompt.
     *
     * @param validation share for the probe
     * @param test       share for the final measurement
     */
    public record SplitRecipe(double validation, double test) {
        public SplitRecipe {
            new HashSplit(0, validation, test);
        }
    }

    public FilesRecipe {
        if (train == null && heldOut == null) {
            throw SettingException.missing("train", "source: jsonl needs a file of prompts");
        }
        if (train == null && split != null) {
            throw new SettingException("split", "split is of the file train, which is missing");
        }
    }
}
