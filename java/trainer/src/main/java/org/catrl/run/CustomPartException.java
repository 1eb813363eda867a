package org.catrl.run;

import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.catrl.reward.JudgeFailureException;

/** A failure of an aggregator or reward that a program brought itself; the message names it, and when it was. */
public final class CustomPartException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private CustomPartException(String part, String when, Throwable thrown) {
        super(part + " failed " + when + ": " + thrown + "; --debug shows where", thrown);
    }

    /**
     * What a part returns in a step; its failure under its name.
     *
     * @param part e.g. {@code the reward "mine"}
     */
    static <T> T guard(String part, int step, Supplier<T> call) {
        return guard(part, "in step " + step, call);
    }

    /** What a part returns; a run that is cancelled while it waits is no failure of it. @param when it is called */
    static <T> T guard(String part, String when, Supplier<T> call) {
        try {
            return call.get();
        } catch (OutOfMemoryError | JudgeFailureException | CancellationException | CustomPartException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            throw new CustomPartException(part, when, e);
        }
    }
}
