package org.catrl.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.catrl.report.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code catrl report}: curves, steps and evidence of runs in one HTML file. */
@Command(name = "report", description = "Writes one HTML file with the curves, the steps and the evidence of runs; it "
        + "needs no network and no other file.", mixinStandardHelpOptions = true)
final class ReportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN", arity = "1..*", description = "Folders of runs; several are laid "
            + "over one another.")
    private List<Path> runs;

    @Option(names = "--out", paramLabel = "FILE", description = "The file; an earlier report is replaced, nothing else "
            + "is (default: report.html in the run's folder, of several runs here).")
    private Path out;

    @Option(names = "--groups", paramLabel = "N", defaultValue = "" + Report.GROUPS, description = "How many groups "
            + "are held whole, with their rollouts: the newest, and others spread over the run "
            + "(default: ${DEFAULT-VALUE}).")
    private int groups;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (groups < 0) {
            throw new ParameterException(spec.commandLine(), "--groups is " + groups + "; it must be at least 0");
        }
        Path file = out != null ? out : runs.size() == 1 ? runs.get(0).resolve("report.html") : Path.of("report.html");
        Report.of(runs).groups(groups).write(file);
        spec.commandLine().getOut().println("report: " + file);
        return ExitCode.OK.code();
    }
}
