package org.catrl.run;

import java.util.function.Supplier;
import org.catrl.reward.JudgeFailureException;

/** A failure of an aggregator or reward that a program brought itself; the message names it and its step. */
public final class CustomPartException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private CustomPartException(String part, int step, Throwable thrown) {
        super(part + " failed in step " + step + ": " + thrown + "; --debug shows where", thrown);
    }

    /**
     * What a part returns; its failure under its name.
     *
     * @param part e.g. {@code the reward "mine"}
     */
    static <T> T guard(String part, int step, Supplier<T> call) {
        try {
            return call.get();
        } catch (OutOfMemoryError | JudgeFailureException | CustomPartException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            throw new CustomPartException(part, step, e);
        }
    }
}
