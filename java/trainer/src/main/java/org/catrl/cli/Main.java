package org.catrl.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code catrl}: parses the command line, runs a subcommand, and turns what went wrong into a message and a code. */
@Command(name = "catrl", description = "Trains language models without labels (Compute as Teacher).",
        synopsisSubcommandLabel = "COMMAND", mixinStandardHelpOptions = true, versionProvider = Version.class,
        subcommands = {TrainCommand.class, SftCommand.class, EvalCommand.class, CompareCommand.class,
            AggregateCommand.class, SampleCommand.class, PlanCommand.class, ExportCommand.class, DoctorCommand.class,
            SelfTestCommand.class},
        exitCodeListHeading = "%nExit codes:%n")
public final class Main {
    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show where an error came from.")
    private boolean debug;

    private Main() { }

    /**
     * The command: runs, and leaves the process with its exit code.
     *
     * @param arguments as the shell gives them
     */
    public static void main(String[] arguments) {
        System.exit(run(new PrintWriter(System.out, true), new PrintWriter(System.err, true), arguments));
    }

    /** The whole command but for leaving the process. */
    public static int run(PrintWriter out, PrintWriter err, String... arguments) {
        Main main = new Main();
        CommandLine command = new CommandLine(main).setOut(out).setErr(err).setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((error, line, parsed) -> main.failed(error, line));
        command.getCommandSpec().usageMessage().exitCodeList(exitCodes());
        try {
            return command.execute(arguments);
        } finally {
            out.flush();
            err.flush();
        }
    }

    private int failed(Throwable error, CommandLine line) {
        ExitCode code = ExitCode.of(error);
        if (debug) {
            error.printStackTrace(line.getErr());
        }
        line.getErr().println("catrl: " + message(error, code));
        return code.code();
    }

    private static String message(Throwable error, ExitCode code) {
        String text = error.getMessage() == null ? error.toString() : error.getMessage();
        return code == ExitCode.INTERNAL ? error.getClass().getSimpleName() + ": " + text
                + " (this should not happen; --debug shows where)" : text;
    }

    private static Map<String, String> exitCodes() {
        Map<String, String> codes = new LinkedHashMap<>();
        Arrays.stream(ExitCode.values()).forEach(code -> codes.put(Integer.toString(code.code()), code.meaning()));
        codes.put("7", "the launcher: this machine lacks what is needed to build or run, or the build failed");
        return codes;
    }
}
