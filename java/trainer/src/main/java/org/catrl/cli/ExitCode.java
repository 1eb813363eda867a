package org.catrl.cli;

import java.io.IOException;
import java.util.ServiceConfigurationError;
import org.catrl.compute.BackendException;
import org.catrl.data.DataException;
import org.catrl.generate.RequestException;
import org.catrl.model.ModelFormatException;
import org.catrl.model.UndrawableException;
import org.catrl.recipe.RecipeException;
import org.catrl.record.CheckpointException;
import org.catrl.record.RecordException;
import org.catrl.record.RunFolderException;
import org.catrl.reward.JudgeFailureException;
import org.catrl.run.CustomPartException;
import org.catrl.setting.SettingException;
import org.catrl.text.ChatTemplateException;
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
    MODEL(4, "a model folder or a checkpoint cannot be used"),
    BACKEND(5, "the backend asked for is not there, or its memory is full"),
    STOPPED(6, "training stopped itself: a reward, loss, norm or weight is not finite, or the judge or a part of your "
            + "own fails"),
    SELFTEST(8, "a check of selftest failed, or a step that replay made again differs from the record"),
    NOTHING_LEARNED(9, "training stopped itself: nothing could be learned for max_empty_steps steps"),
    FILES(10, "a file or folder cannot be written or read: the disk is full, say, or permission is denied"),
    GUARD(11, "training stopped itself: guard: stop found that policy and teacher drift; the best checkpoint is kept"),
    INTERRUPTED(130, "ended by SIGINT (Ctrl-C); train and sft have written a checkpoint, unless it came twice"),
    TERMINATED(143, "ended by SIGTERM; train and sft have written a checkpoint, unless a second signal came");

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

    /** The code for what ended a command: of the error, or else of the nearest cause that has one. */
    static ExitCode of(Throwable error) {
        return Failure.causes(error).map(ExitCode::ofThis).filter(code -> code != INTERNAL).findFirst()
                .orElse(INTERNAL);
    }

    private static ExitCode ofThis(Throwable error) {
        if (error instanceof RecipeException || error instanceof SettingException
                || error instanceof RunFolderException || error instanceof ServiceConfigurationError) {
            return USAGE;
        } else if (error instanceof DataException || error instanceof RequestException
                || error instanceof TextTooLongException) {
            return DATA;
        } else if (error instanceof ModelFormatException || error instanceof TokenizerException
                || error instanceof UndrawableException || error instanceof ChatTemplateException
                || error instanceof CheckpointException) {
            return MODEL;
        } else if (error instanceof NotFiniteException || error instanceof JudgeFailureException
                || error instanceof CustomPartException) {
            return STOPPED;
        } else if (error instanceof BackendException || error instanceof OutOfMemoryError
                || error instanceof UnsatisfiedLinkError) {
            return BACKEND;
        }
        return error instanceof IOException || error instanceof RecordException ? FILES : INTERNAL;
    }
}
