package org.catrl.cli;

import org.catrl.compute.BackendException;
import org.catrl.data.DataException;
import org.catrl.generate.RequestException;
import org.catrl.model.ModelFormatException;
import org.catrl.recipe.RecipeException;
import org.catrl.record.RunFolderException;
import org.catrl.reward.JudgeFailureException;
import org.catrl.setting.SettingException;
import org.catrl.text.TextTooLongException;
import org.catrl.text.TokenizerException;
import org.catrl.train.NotFiniteException;

/**
 * The number that the process ends with; {@code ./catrl --help} lists them, the launcher adds 7 (nothing to run with).
 */
enum ExitCode {
    OK(0, "all went well"),
    INTERNAL(1, "an error nobody foresaw; --debug shows where"),
    USAGE(2, "the command line or the recipe is wrong"),
    DATA(3, "a data file cannot be used"),
    MODEL(4, "a model folder cannot be used"),
    BACKEND(5, "the backend asked for is not there, or its memory is full"),
    STOPPED(6, "training stopped itself: a loss, norm or log-probability is not finite, or the judge fails"),
    SELFTEST(8, "a check of selftest failed");

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    int code() {
        return code;
    }

    String meaning() {
        return meaning;
    }

    /** The code for what ended a command. */
    static ExitCode of(Throwable error) {
        if (error instanceof RecipeException || error instanceof SettingException
                || error instanceof RunFolderException) {
            return USAGE;
        } else if (error instanceof DataException || error instanceof RequestException
                || error instanceof TextTooLongException) {
            return DATA;
        } else if (error instanceof ModelFormatException || error instanceof TokenizerException) {
            return MODEL;
        } else if (error instanceof NotFiniteException || error instanceof JudgeFailureException) {
            return STOPPED;
        } else if (error instanceof BackendException || error instanceof OutOfMemoryError) {
            return BACKEND;
        }
        return error.getCause() == null || error.getCause() == error ? INTERNAL : of(error.getCause());
    }
}
