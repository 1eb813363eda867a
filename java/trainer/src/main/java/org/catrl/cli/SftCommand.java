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

    @Parameters(paramLabel = "RECIPE", arity = "0..1", description = "A YAML file, e.g. models/arithmetic/sft.yaml.")
    private Path file;

    @Mixin
    private RunOptions options;

    @Mixin
    private ResumeOptions resume;

    @Mixin
    private OutputOptions output;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        SftRun run = resume.run(spec, file, options, SftRun::of, SftRun::resume, SftRun::startOrResume);
        PrintWriter out = spec.commandLine().getOut();
        if (run.finished().isPresent()) {
            return output.of(out, STEPS).nothingToDo(run.finished().get()).code();
        }
        try (RunOutput told = output.of(out, STEPS);
             Interrupts interrupts = Interrupts.pausing(run::pause, told::activity, spec.commandLine().getErr())) {
            RunResult result = run.listener(told).run();
            told.close();
            if (result.paused().isPresent()) {
                return interrupts.tell(told.end(), "sft", result).code();
            }
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
