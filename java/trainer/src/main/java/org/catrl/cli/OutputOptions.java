package org.catrl.cli;

import java.io.PrintWriter;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** How a command tells what its run does. */
final class OutputOptions {
    /** One of the ways that are not the usual one. */
    private static final class Way {
        @Option(names = "--quiet", description = "Print the end alone, and errors.")
        private boolean quiet;

        @Option(names = "--json", description = "Print one JSON object a line: start, step, evaluation ... end.")
        private boolean json;
    }

    @ArgGroup
    private Way way = new Way();

    /**
     * An output of a run with steps.
     *
     * @param out where it goes
     */
    RunOutput of(PrintWriter out, RunPrinter.Steps steps) {
        return way.json ? new JsonOutput(out) : way.quiet ? new QuietOutput(out) : new RunPrinter(out, steps);
    }

    /**
     * An output of what has no steps.
     *
     * @param lines how many to print at most where no terminal is
     */
    RunOutput of(PrintWriter out, int lines) {
        return way.json ? new JsonOutput(out) : way.quiet ? new QuietOutput(out) : new RunPrinter(out, lines);
    }
}
