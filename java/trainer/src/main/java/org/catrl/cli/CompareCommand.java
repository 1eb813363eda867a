package org.catrl.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.data.LabelledPrompt;
import org.catrl.run.RecipeException;
import org.catrl.train.EvaluationSettings;
import org.catrl.train.Policy;
import org.catrl.train.TeacherComparison;
import org.catrl.train.TeacherReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code catrl compare}: every teacher on the same rollouts of a recipe's held-out problems. */
@Command(name = "compare", description = "Compares all teachers on the same rollouts of labelled problems.",
        mixinStandardHelpOptions = true)
final class CompareCommand implements Callable<Integer> {
    private static final List<AggregatorName> ALL = List.of(AggregatorName.SINGLE_SAMPLE, AggregatorName.SELF_SELECTION,
            AggregatorName.MIN_PERPLEXITY, AggregatorName.SELF_CERTAINTY, AggregatorName.MUTUAL_PREDICTABILITY,
            AggregatorName.MAJORITY, AggregatorName.SYNTHESIS, AggregatorName.FALLBACK, AggregatorName.RECURSIVE_SYNTHESIS);

    @Parameters(paramLabel = "RECIPE", description = "A training recipe, e.g. models/arithmetic/cat.yaml.")
    private Path file;

    @Option(names = "--teachers", paramLabel = "NAME", split = ",", description = "Some of them only, separated by "
            + "commas: ${COMPLETION-CANDIDATES}.")
    private List<AggregatorName> some;

    @Mixin
    private RunOptions options;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        TrainRecipe recipe = Recipes.read(file, TrainRecipe.DEFAULTS, options.assignments());
        Task task = recipe.task();
        List<LabelledPrompt> problems = task.heldOut(recipe.eval().problems());
        if (problems.isEmpty()) {
            throw new RecipeException(file + ": eval.problems is 0 or data.held_out is missing; there is nothing to "
                    + "compare on");
        }
        Path folder = Path.of(recipe.model());
        ModelCheck.fits(folder, task, recipe);
        PrintWriter out = spec.commandLine().getOut();
        Backends.Opened opened = BackendLine.open(recipe);
        try (Backend backend = opened.backend();
             Policy policy = LoadBar.policy(backend, folder, recipe.askingSettings(folder), out)) {
            out.println(BackendLine.of(opened));
            print(compare(recipe, problems, policy, out), recipe.numGenerations(), out);
        }
        return ExitCode.OK.code();
    }

    private List<TeacherReport> compare(TrainRecipe recipe, List<LabelledPrompt> problems, Policy policy,
                                        PrintWriter out) {
        Teachers teachers = new Teachers(recipe);
        TeacherComparison comparison = new TeacherComparison(problems, teachers.format(), new EvaluationSettings(
                recipe.numGenerations(), recipe.sampling().toSettings(), recipe.eval().batch()));
        for (AggregatorName name : some == null ? ALL : some) {
            comparison.add(name.name().toLowerCase(Locale.ROOT), policy.anchor(), anchor -> teachers.of(name, anchor));
        }
        try (Progress progress = Progress.of(out, Terminal.present(), "compare", problems.size(), 4)) {
            return comparison.run(policy, done -> progress.at(done, ""));
        }
    }

    private static void print(List<TeacherReport> reports, int rollouts, PrintWriter out) {
        TeacherReport any = reports.get(0);
        out.printf(Locale.ROOT, "%n%d problems, %d rollouts each; no rollout is right in %d%n%n", any.problems(), rollouts,
                any.allWrong());
        out.printf("%-22s %-15s %9s %12s %15s %15s %8s %10s %17s%n", "teacher", "accuracy", "abstains", "disagrees",
                "right, majority", "majority right,", "p", "right when", "tokens a problem");
        out.printf("%-22s %-15s %9s %12s %15s %15s %8s %10s %17s%n", "", "", "", "with the", "wrong", "wrong itself",
                "", "all wrong", "read + written");
        for (TeacherReport report : reports) {
            out.printf(Locale.ROOT, "%-22s %.3f +- %.3f  %9d %12.3f %15d %15d %8.1e %10d %17s%n", report.name(),
                    report.accuracy(), report.standardError(), report.abstained(),
                    report.disagreed() / (double) report.problems(), report.rightAlone(), report.majorityAlone(),
                    report.pValue(), report.rightAllWrong(), String.format(Locale.ROOT, "%,.0f + %,.0f",
                            report.read() / (double) report.problems(), report.written() / (double) report.problems()));
        }
    }
}
