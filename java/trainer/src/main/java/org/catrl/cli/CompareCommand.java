package org.catrl.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.catrl.recipe.AggregatorName;
import org.catrl.run.Comparison;
import org.catrl.run.ComparisonRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code catrl compare}: every aggregator on the same rollouts of a recipe's held-out problems. */
@Command(name = "compare", description = "Compares all aggregators on the same rollouts of labelled problems.",
        mixinStandardHelpOptions = true)
final class CompareCommand implements Callable<Integer> {
    private static final int LINES = 4;

    @Parameters(paramLabel = "RECIPE", description = "A training recipe, e.g. models/arithmetic/cat.yaml.")
    private Path file;

    @Option(names = "--aggregators", paramLabel = "NAME", split = ",", description = "Some of them only, separated by "
            + "commas: ${COMPLETION-CANDIDATES}.")
    private List<AggregatorName> some;

    /** The option under its former name, for the scripts that use it. */
    @Option(names = "--teachers", split = ",", hidden = true)
    private void teachers(List<AggregatorName> named) {
        some = named;
    }

    @Mixin
    private RunOptions options;

    @Mixin
    private OutputOptions output;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        ComparisonRun run = ComparisonRun.of(file, options.assignments());
        if (some != null) {
            run.aggregators(some);
        }
        try (RunOutput told = output.of(spec.commandLine().getOut(), LINES)) {
            Comparison comparison = run.listener(told).run();
            ComparisonTable.print(comparison, told.end());
            told.printRecord();
            told.finished(Map.of("comparison", comparison));
        }
        return ExitCode.OK.code();
    }
}
