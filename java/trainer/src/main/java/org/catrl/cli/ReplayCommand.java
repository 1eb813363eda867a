package org.catrl.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.catrl.run.Replay;
import org.catrl.run.ReplayRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code catrl replay}: a step of a run made again, and held against its record. */
@Command(name = "replay", description = "Makes a step of a run again from its weights and seeds, and holds it against "
        + "the record byte for byte.", mixinStandardHelpOptions = true)
final class ReplayCommand implements Callable<Integer> {
    private static final int LINES = 20;
    private static final RunPrinter.Steps STEPS = new RunPrinter.Steps("replay", LINES, StepText::ofTraining);

    @Parameters(paramLabel = "RUN", description = "The folder of a training run.")
    private Path folder;

    @Option(names = "--step", paramLabel = "N", required = true, description = "The step as the screen counts them, "
            + "from 1. Those before it, back to the last whole checkpoint or the beginning, are made again too.")
    private int step;

    @Mixin
    private PlaceOptions place;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (step < 1) {
            throw new ParameterException(spec.commandLine(), "--step is " + step + "; steps are counted from 1");
        }
        PrintWriter out = spec.commandLine().getOut();
        Replay replay;
        try (RunPrinter printer = new RunPrinter(out, STEPS)) {
            replay = ReplayRun.of(folder, place.assignments()).listener(printer).step(step - 1);
        }
        return print(replay, out).code();
    }

    private ExitCode print(Replay replay, PrintWriter out) {
        String began = replay.from() == 0 ? "the initial weights" : "checkpoint-" + replay.from();
        List<String> differences = replay.differences();
        if (differences.isEmpty()) {
            out.printf("step %d, made again from %s, is the recorded one to the bit: %d prompts, their tokens, "
                    + "log-probabilities, references, rewards and metrics%n", step, began, replay.groups());
            return ExitCode.OK;
        }
        differences.stream().limit(LINES).forEach(out::println);
        if (differences.size() > LINES) {
            out.println("and " + (differences.size() - LINES) + " more");
        }
        spec.commandLine().getErr().printf("catrl: step %d, made again from %s, differs from the record in %d places; "
                + "another kind of processor or backend rounds otherwise%n", step, began, differences.size());
        return ExitCode.SELFTEST;
    }
}
