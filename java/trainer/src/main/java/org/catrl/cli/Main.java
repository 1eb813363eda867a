package org.catrl.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code catrl}: parses the command line, runs a subcommand, and turns what went wrong into a message and a code. */
@Command(name = "catrl", description = "Trains language models without labels (Compute as Teacher).",
        synopsisSubcommandLabel = "COMMAND", mixinStandardHelpOptions = true, versionProvider = Version.class,
        subcommands = {TrainCommand.class, SftCommand.class, EvalCommand.class, CompareCommand.class,
            AggregateCommand.class, SampleCommand.class, PlanCommand.class, ExportCommand.class,
            ExplainCommand.class, ReplayCommand.class, RescoreCommand.class, ReportCommand.class, UiCommand.class,
            DoctorCommand.class, SelfTestCommand.class, BenchCommand.class, HelpCommand.class},
        exitCodeListHeading = "%nExit codes:%n", footer = {"", "--classpath FOLDER|JAR[:...], or CATRL_CLASSPATH, "
            + "anywhere on the line: classes of your own, e.g. aggregators", "and rewards (the launcher takes it)."})
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
        PrintWriter err = new PrintWriter(System.err, true);
        ThreadFailures failures = ThreadFailures.listen(err);
        System.exit(failures.code(run(new PrintWriter(System.out, true), err, arguments)));
    }

    /** The whole command but for leaving the process. */
    public static int run(PrintWriter out, PrintWriter err, String... arguments) {
        Main main = new Main();
        CommandLine command = new CommandLine(main).setOut(out).setErr(err).setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((error, line, parsed) -> main.failed(error, err))
                .setParameterExceptionHandler((error, given) -> main.misused(error, err));
        command.getCommandSpec().usageMessage().exitCodeList(exitCodes());
        command.getSubcommands().values().forEach(each -> each.getCommandSpec().usageMessage()
                .footer("", "The exit codes are listed by catrl --help."));
        try {
            return command.execute(arguments);
        } catch (Error e) { // picocli hands on exceptions alone
            return main.failed(e, err);
        } finally {
            out.flush();
            err.flush();
        }
    }

    private int failed(Throwable error, PrintWriter err) {
        return Failure.of(error).print(err, debug);
    }

    /** A wrong command line is told in a line or two; the whole usage would push it off the screen. */
    private int misused(ParameterException error, PrintWriter err) {
        Optional<Throwable> cause = Optional.ofNullable(error.getCause()).filter(Error.class::isInstance);
        if (cause.isPresent()) {
            return failed(cause.get(), err);
        }
        err.println("catrl: " + Failure.firstLetterLow(error.getMessage()));
        UnmatchedArgumentException.printSuggestions(error, err);
        err.println("see " + error.getCommandLine().getCommandSpec().qualifiedName() + " --help");
        return ExitCode.USAGE.code();
    }

    private static Map<String, String> exitCodes() {
        Map<String, String> codes = new LinkedHashMap<>();
        Arrays.stream(ExitCode.values()).forEach(code -> codes.put(Integer.toString(code.code()), code.meaning()));
        codes.put("7", "the launcher: this machine lacks what is needed to build or run, or the build failed");
        return codes;
    }
}
