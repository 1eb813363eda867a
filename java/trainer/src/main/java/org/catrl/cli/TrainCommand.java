package org.catrl.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.catrl.run.RunResult;
import org.catrl.run.RunStop;
import org.catrl.run.TrainingRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code catrl train}: a run of Compute as Teacher. */
@Command(name = "train", description = "Trains a model on prompts without labels (Compute as Teacher).",
        mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {
    private static final RunPrinter.Steps STEPS = new RunPrinter.Steps("train", 0, StepText::ofTraining);

    @Parameters(paramLabel = "RECIPE", arity = "0..1", description = "A YAML file, e.g. models/arithmetic/cat.yaml.")
    private Path file;

    @Mixin
    private RunOptions options;

    @Mixin
    private ResumeOptions resume;

    @Mixin
    private OutputOptions output;

    @Option(names = "--ignore-plan", description = "Start a run that does not fit by plan.")
    private boolean ignorePlan;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        TrainingRun run = resume.run(spec, file, options, TrainingRun::of, TrainingRun::resume,
                TrainingRun::startOrResume);
        PrintWriter out = spec.commandLine().getOut();
        if (run.finished().isPresent()) {
            return output.of(out, STEPS).nothingToDo(run.finished().get()).code();
        }
        try (RunOutput told = output.of(out, STEPS);
             Interrupts interrupts = Interrupts.pausing(run::pause, told::activity, spec.commandLine().getErr())) {
            run.listener(told);
            RunResult result = (ignorePlan ? run.ignorePlan() : run).run();
            told.close();
            return (result.paused().isPresent() ? interrupts.tell(told.end(), "train", result)
                    : ended(result, told.end())).code();
        }
    }

    /** Where the best model is, if it is not the last one. */
    private static Optional<String> best(RunResult result) {
        int steps = result.metrics().getOrDefault("guard/best_step", (double) result.steps()).intValue();
        Path checkpoint = result.folder().resolve("checkpoint-" + steps);
        return steps == result.steps() ? Optional.empty() : Optional.of("the best was, by the guard or by validation, "
                + (steps == 0 ? "the initial model" : Files.exists(checkpoint) ? checkpoint
                : "that after step " + steps + ", which was not saved (save_steps, save_minutes)"));
    }

    private ExitCode ended(RunResult result, PrintWriter end) {
        end.print(MeasuredText.of(result.measured()));
        end.printf(Locale.ROOT, "%ntrained %s in %.0f s; record and model: %s%n", Counted.of(result.steps(), "step"),
                result.seconds(), result.folder());
        best(result).ifPresent(end::println);
        if (result.stopped().isPresent()) {
            return stopped(result.stopped().get(), end);
        }
        int empty = result.metrics().getOrDefault("empty_steps", 0.0).intValue();
        if (empty > 0) {
            end.println("from the last " + empty + " of them nothing could be learned");
        }
        return ExitCode.OK;
    }

    private ExitCode stopped(RunStop stop, PrintWriter end) {
        if (!stop.isFailure()) {
            end.println(stop.message());
            return ExitCode.OK;
        }
        spec.commandLine().getErr().println("catrl: " + stop.message());
        return stop.cause() == RunStop.Cause.GUARD ? ExitCode.GUARD : ExitCode.NOTHING_LEARNED;
    }
}
