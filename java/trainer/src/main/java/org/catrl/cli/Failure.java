package org.catrl.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.util.Objects;
import java.util.stream.Stream;
import org.catrl.record.RecordException;

/**
 * What ended a command, as its user is told.
 *
 * @param error   what was thrown
 * @param code    what the process ends with
 * @param message the one line
 */
record Failure(Throwable error, ExitCode code, String message) {
    private static final int DEEPEST_CAUSE = 20;

    static Failure of(Throwable error) {
        ExitCode code = ExitCode.of(error);
        return new Failure(error, code, printable(message(error, code)));
    }

    /** Prints the line, and where the error came from if asked to; returns the exit code's number. */
    int print(PrintWriter err, boolean debug) {
        if (debug) {
            error.printStackTrace(err);
        }
        err.println("catrl: " + message);
        return code.code();
    }

    /** A message without what steers a terminal: it may quote a model's or an endpoint's own words. */
    private static String printable(String message) {
        return message.replaceAll("[\\p{Cc}&&[^\n\t]]", "?");
    }

    private static String message(Throwable error, ExitCode code) {
        return switch (code) {
            case INTERNAL -> internal(error);
            case FILES -> files(error);
            default -> error instanceof VirtualMachineError machine ? machine(machine)
                    : error instanceof LinkageError link ? linkage(link) : text(error);
        };
    }

    private static String internal(Throwable error) {
        return error.getClass().getSimpleName() + ": " + (error instanceof StackOverflowError
                ? "something is nested too deeply" : text(error)) + " (this should not happen; --debug shows where)";
    }

    /** The heap is Java's; what the backend holds is told by its own errors. */
    private static String machine(VirtualMachineError error) {
        String text = text(error);
        return !text.contains("Java heap space") && !text.contains("GC overhead") ? text
                : text + ": Java's heap of " + (Runtime.getRuntime().maxMemory() >> 20) + " MiB is full; CATRL_HEAP "
                + "gives it more, e.g. CATRL_HEAP=4g ./catrl ...";
    }

    private static String linkage(LinkageError error) {
        Throwable root = causes(error).reduce(error, (outer, inner) -> inner);
        return "a native library cannot be loaded: " + text(root)
                + "; catrl doctor says what is there, and java.io.tmpdir must allow libraries to be run";
    }

    /** An error of a file, whose own message is often the name alone. */
    private static String files(Throwable error) {
        Throwable cause = causes(error).skip(1).takeWhile(IOException.class::isInstance).reduce(error,
                (outer, inner) -> inner);
        if (!(error instanceof IOException) && error.getMessage() != null
                && !error.getMessage().startsWith(cause.getClass().getName())) {
            return error.getMessage();
        }
        return cause instanceof FileSystemException file ? file.getFile() + ": " + RecordException.reason(file)
                : text(cause);
    }

    /** An error and what caused it, the nearest first; a bounded number, as causes may go in a circle. */
    static Stream<Throwable> causes(Throwable error) {
        return Stream.iterate(error, Objects::nonNull, Throwable::getCause).limit(DEEPEST_CAUSE);
    }

    private static String text(Throwable error) {
        return error.getMessage() == null || error.getMessage().isBlank() ? error.toString() : error.getMessage();
    }

    /** A message as it goes on behind "catrl: ". */
    static String firstLetterLow(String message) {
        return message == null || message.isEmpty() ? "the command line is wrong"
                : Character.toLowerCase(message.charAt(0)) + message.substring(1);
    }
}
