package org.catrl.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.catrl.run.Measured;
import org.catrl.run.RunResult;
import org.catrl.run.SftRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code catrl sft}: supervised training: of random weights, to make a starting point, or of a model. */
@Command(name = "sft", description = "Trains a model on supervised examples.",
        mixinStandardHelpOptions = true)
final class SftCommand implements Callable<Integer> {
    private static final RunPrinter.Steps STEPS = new RunPrinter.Steps("sft", 50,
            (metrics, error) -> StepText.ofSft(metrics));

    @Parameters(paramLabel = "RECIPE", description = "A YAML file, e.g. models/arithmetic/sft.yaml.")
    private Path file;

    @Mixin
    private RunOptions options;

    @Mixin
    private OutputOptions output;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        try (RunOutput told = output.of(spec.commandLine().getOut(), STEPS)) {
            RunResult result = SftRun.of(file, options.assignments()).listener(told).run();
            told.close();
            ended(result, told.end());
        }
        return ExitCode.OK.code();
    }

    private static void ended(RunResult result, PrintWriter out) {
        for (Measured measured : result.measured().values()) {
            out.print((measured instanceof Measured.ByRubrics ? "\n" : "") + MeasuredText.of("trained", measured));
            out.print(measured instanceof Measured.ByAnswers ? "\n" : "");
        }
        out.println("record and model: " + result.folder());
    }
}
