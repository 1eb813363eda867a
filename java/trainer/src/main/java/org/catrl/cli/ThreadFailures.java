package org.catrl.cli;

import java.io.PrintWriter;
import java.util.concurrent.atomic.AtomicReference;

/** What ended threads beside the command's own: told at once, and kept, so that the exit code tells too. */
final class ThreadFailures {
    private final AtomicReference<Failure> first = new AtomicReference<>();

    private ThreadFailures() { }

    /** Hears from here on of every thread of the process that an error ends. */
    static ThreadFailures listen(PrintWriter err) {
        ThreadFailures failures = new ThreadFailures();
        Thread.setDefaultUncaughtExceptionHandler((thread, error) -> failures.ended(thread, error, err));
        return failures;
    }

    private void ended(Thread thread, Throwable error, PrintWriter err) {
        Failure failure = Failure.of(error);
        first.compareAndSet(null, failure);
        err.println("catrl: thread \"" + thread.getName() + "\" has ended: " + failure.message());
    }

    /** The process's exit code: the command's, or where that is 0 the one of a thread's failure. */
    int code(int command) {
        Failure failure = first.get();
        return command != ExitCode.OK.code() || failure == null ? command : failure.code().code();
    }
}
