package org.catrl.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.catrl.report.RunsServer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code catrl ui}: the page of a folder of runs, live, until it is interrupted. */
@Command(name = "ui", description = "Shows runs in the browser, live, on this machine alone: what report writes, of "
        + "every run in a folder.", mixinStandardHelpOptions = true)
final class UiCommand implements Callable<Integer> {
    private static final int LAST_PORT = 65_535;

    @Parameters(paramLabel = "RUNS", defaultValue = "runs", description = "The folder that holds the runs' folders, or "
            + "one run's (default: ${DEFAULT-VALUE}).")
    private Path runs;

    @Option(names = "--port", paramLabel = "N", defaultValue = "0", description = "Where it listens on 127.0.0.1; "
            + "0 = wherever there is room (default: ${DEFAULT-VALUE}).")
    private int port;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        if (port < 0 || port > LAST_PORT) {
            throw new ParameterException(spec.commandLine(), "--port is " + port + "; it must be 0 to " + LAST_PORT);
        }
        try (RunsServer server = RunsServer.open(runs, port)) {
            PrintWriter out = spec.commandLine().getOut();
            out.println("runs: " + server.address() + "  (Ctrl-C ends it)");
            out.flush();
            new CountDownLatch(1).await(); // a signal ends the process
        }
        return ExitCode.OK.code();
    }
}
