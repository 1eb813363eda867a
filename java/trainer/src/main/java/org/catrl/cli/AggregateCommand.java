package org.catrl.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.catrl.run.Aggregation;
import org.catrl.run.AggregationRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code catrl aggregate}: Compute as Teacher at test time: prompts in, pseudo-references out, nothing trained. */
@Command(name = "aggregate", description = "Answers prompts by sampling several times and aggregating (test-time CaT).",
        mixinStandardHelpOptions = true)
final class AggregateCommand implements Callable<Integer> {
    private static final int LINES = 10;

    @Parameters(index = "0", paramLabel = "RECIPE", description = "A training recipe: its model, sampling, aggregator.")
    private Path file;

    @Parameters(index = "1", paramLabel = "PROMPTS", description = "A JSONL file in the recipe's data schema.")
    private Path prompts;

    @Option(names = "--output", paramLabel = "FILE", required = true,
            description = "Where the references go, one JSON object a line; it must not be there yet.")
    private Path output;

    @Mixin
    private RunOptions options;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (options.hasOut()) {
            throw new ParameterException(spec.commandLine(), "--out names the folder of a run; the references go to "
                    + "the file of --output");
        }
        AggregationRun run = AggregationRun.of(file, options.assignments());
        if (Files.exists(output)) {
            throw new ParameterException(spec.commandLine(), output + " is there already; name a new file");
        }
        Aggregation made;
        try (RunPrinter printer = new RunPrinter(out, LINES)) {
            made = run.listener(printer).run(prompts, output);
        }
        print(made, out);
        return ExitCode.OK.code();
    }

    private static void print(Aggregation made, PrintWriter out) {
        double prompts = made.references();
        out.printf(Locale.ROOT, "%s, %d abstained; tokens a prompt: %.0f in rollouts, %.0f read and "
                + "%.0f written for the reference%n%s%n", Counted.of(made.references(), "reference"),
                made.abstained(), made.sampled() / prompts,
                made.read() / prompts, made.written() / prompts, made.output());
        out.print(GivenUpText.of(made.givenUp()));
    }
}
