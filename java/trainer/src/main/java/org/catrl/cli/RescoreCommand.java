package org.catrl.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.catrl.run.Rescore;
import org.catrl.run.RescoreRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code catrl rescore}: other references and rewards for the rollouts that a run has recorded. */
@Command(name = "rescore", description = "Gives the recorded rollouts of a run references and rewards by other "
        + "settings: nothing is sampled, nothing learned, no label read.", mixinStandardHelpOptions = true)
final class RescoreCommand implements Callable<Integer> {
    private static final int LINES = 20;

    @Parameters(paramLabel = "RUN", description = "The folder of a training run.")
    private Path folder;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Sets a key over the run's recipe, e.g. --set "
            + "aggregator=majority or --set 'rewards=[{kind: answer}, {kind: length_penalty, limit: 30}]'.")
    private List<String> set = List.of();

    @Mixin
    private PlaceOptions place;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        List<String> overrides = new ArrayList<>(place.assignments());
        overrides.addAll(set);
        Rescore rescore;
        try (RunPrinter printer = new RunPrinter(out, LINES)) {
            rescore = RescoreRun.of(folder, overrides).listener(printer).run();
        }
        print(rescore, out);
        return ExitCode.OK.code();
    }

    private static void print(Rescore rescore, PrintWriter out) {
        out.printf("%n%d groups%s%n", rescore.groups(), rescore.skipped() == 0 ? "" : ", " + rescore.skipped()
                + " more whose rollouts are not kept");
        out.printf(Locale.ROOT, "references: %d say something else (%.1f%%); without one %d were, %d are%n",
                rescore.changed(), 100.0 * rescore.changed() / Math.max(1, rescore.compared()),
                rescore.abstained().recorded(), rescore.abstained().now());
        out.printf(Locale.ROOT, "rewards: correlation %s, advantages of another sign %.1f%%%n",
                number(rescore.correlation()), 100 * rescore.turned());
        out.printf("%n%6s %14s %14s%n", "step", "mean reward", "rescored");
        List<Rescore.StepMeans> steps = rescore.steps();
        int every = (steps.size() + LINES - 1) / LINES;
        for (int i = 0; i < steps.size(); i++) {
            if (i % every == 0 || i == steps.size() - 1) {
                out.printf("%6d %14s %14s%n", steps.get(i).step() + 1, number(steps.get(i).recorded()),
                        number(steps.get(i).now()));
            }
        }
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.3f", value);
    }
}
