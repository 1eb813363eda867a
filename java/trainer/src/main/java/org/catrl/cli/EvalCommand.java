package org.catrl.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.catrl.run.EvaluationRun;
import org.catrl.run.Measured;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code catrl eval}: what a model scores on a recipe's held-out problems, with itself as the anchor. */
@Command(name = "eval", description = "Measures a model on held-out problems, and the aggregator on the model's own "
        + "rollouts.",
        mixinStandardHelpOptions = true)
final class EvalCommand implements Callable<Integer> {
    private static final int LINES = 4;

    @Parameters(paramLabel = "RECIPE|RUN", description = "A training recipe, to measure its model; or the folder of a "
            + "training run or of its model, to measure what it made.")
    private Path subject;

    @Option(names = "--model", paramLabel = "FOLDER", description = "The model to measure instead.")
    private Path other;

    @Mixin
    private RunOptions options;

    @Mixin
    private OutputOptions output;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        EvaluationRun run = EvaluationRun.of(subject, options.assignments());
        if (other != null) {
            run.model(other);
        }
        try (RunOutput told = output.of(spec.commandLine().getOut(), LINES)) {
            Measured measured = run.listener(told).run();
            told.end().print(MeasuredText.of(name(run.model()), measured));
            told.printRecord();
            told.finished(Map.of("model", run.model().toString(), "metrics", measured.metrics()));
        }
        return ExitCode.OK.code();
    }

    /** The folder's own name, also of the one that is worked in. */
    private static String name(Path model) {
        Path name = model.toAbsolutePath().normalize().getFileName();
        return name == null ? model.toString() : name.toString();
    }
}
