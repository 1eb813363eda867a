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
import org.catrl.evaluate.AggregatorComparison;
import org.catrl.evaluate.AggregatorReport;
import org.catrl.evaluate.EvaluationSettings;
import org.catrl.evaluate.RubricComparison;
import org.catrl.recipe.AggregatorName;
import org.catrl.recipe.RecipeException;
import org.catrl.recipe.Recipes;
import org.catrl.recipe.TrainRecipe;
import org.catrl.reward.Judge;
import org.catrl.run.AggregatorFactory;
import org.catrl.run.ModelCheck;
import org.catrl.run.ModelRoles;
import org.catrl.run.Task;
import org.catrl.train.Policy;
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
            AggregatorName.JUDGE_SELECTION,
            AggregatorName.MIN_PERPLEXITY, AggregatorName.SELF_CERTAINTY, AggregatorName.MUTUAL_PREDICTABILITY,
            AggregatorName.MAJORITY, AggregatorName.SYNTHESIS, AggregatorName.FALLBACK, AggregatorName.RECURSIVE_SYNTHESIS);

    /** Without those that look for equal answers. */
    private static final List<AggregatorName> BY_RUBRICS = ALL.stream().filter(name -> name != AggregatorName.MAJORITY
            && name != AggregatorName.FALLBACK).toList();

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
             Policy policy = LoadBar.policy(backend, folder, recipe.askingSettings(folder), out);
             ModelRoles roles = new ModelRoles(recipe, ModelRoles.NO_LABELS, backend, policy, null, out)) {
            out.println(BackendLine.of(opened));
            if (recipe.data().byRubric()) {
                byRubrics(recipe, problems, recipe.data().grader().orElseGet(roles::grader), policy, roles, out);
            } else {
                byAnswers(recipe, problems, policy, roles, out);
            }
        }
        return ExitCode.OK.code();
    }

    private void byAnswers(TrainRecipe recipe, List<LabelledPrompt> problems, Policy policy, ModelRoles roles,
                           PrintWriter out) {
        AggregatorFactory teachers = new AggregatorFactory(recipe);
        AggregatorComparison comparison = new AggregatorComparison(problems, teachers.format(), settings(recipe));
        for (AggregatorName name : some == null ? ALL : some) {
            comparison.add(lower(name), roles.teacher(name), asked -> teachers.of(name, asked));
        }
        List<AggregatorReport> reports;
        try (Progress progress = Progress.of(out, Terminal.present(), "compare", problems.size(), 4)) {
            reports = comparison.run(policy, done -> progress.at(done, ""));
        }
        print(reports, recipe.numGenerations(), out);
    }

    private void byRubrics(TrainRecipe recipe, List<LabelledPrompt> problems, Judge grader, Policy policy, ModelRoles roles,
                           PrintWriter out) {
        AggregatorFactory teachers = new AggregatorFactory(recipe);
        RubricComparison comparison = new RubricComparison(problems, grader, settings(recipe));
        for (AggregatorName name : some == null ? BY_RUBRICS : some) {
            comparison.add(lower(name), roles.teacher(name), asked -> teachers.of(name, asked));
        }
        List<RubricComparison.Report> reports;
        try (Progress progress = Progress.of(out, Terminal.present(), "compare", problems.size(), 4)) {
            reports = comparison.run(policy, done -> progress.at(done, ""));
        }
        printScores(reports, problems.size(), recipe.numGenerations(), out);
    }

    private static EvaluationSettings settings(TrainRecipe recipe) {
        return new EvaluationSettings(recipe.numGenerations(), recipe.sampling().toSettings(), recipe.eval().batch());
    }

    private static String lower(AggregatorName name) {
        return name.name().toLowerCase(Locale.ROOT);
    }

    private static void printScores(List<RubricComparison.Report> reports, int problems, int rollouts, PrintWriter out) {
        out.printf(Locale.ROOT, "%n%d problems, %d rollouts each, scored by the rubrics that come with them%n%n", problems,
                rollouts);
        out.printf("%-22s %-18s %9s %17s%n", "teacher", "rubric score", "abstains", "tokens a problem");
        out.printf("%-22s %-18s %9s %17s%n", "", "", "", "read + written");
        for (RubricComparison.Report report : reports) {
            out.printf(Locale.ROOT, "%-22s %-18s %9d %17s%n", report.name(), Double.isNaN(report.score()) ? "-"
                    : String.format(Locale.ROOT, "%.3f +- %.3f", report.score(), report.error()), report.abstained(),
                    String.format(Locale.ROOT, "%,.0f + %,.0f", report.tokens().read() / (double) problems,
                            report.tokens().written() / (double) problems));
        }
    }

    private static void print(List<AggregatorReport> reports, int rollouts, PrintWriter out) {
        AggregatorReport any = reports.get(0);
        out.printf(Locale.ROOT, "%n%d problems, %d rollouts each; no rollout is right in %d%n%n", any.problems(), rollouts,
                any.allWrong());
        out.printf("%-22s %-15s %9s %12s %15s %15s %8s %10s %17s%n", "teacher", "accuracy", "abstains", "disagrees",
                "right, majority", "majority right,", "p", "right when", "tokens a problem");
        out.printf("%-22s %-15s %9s %12s %15s %15s %8s %10s %17s%n", "", "", "", "with the", "wrong", "wrong itself",
                "", "all wrong", "read + written");
        for (AggregatorReport report : reports) {
            out.printf(Locale.ROOT, "%-22s %.3f +- %.3f  %9d %12.3f %15d %15d %8.1e %10d %17s%n", report.name(),
                    report.accuracy(), report.standardError(), report.abstained(),
                    report.disagreed() / (double) report.problems(), report.rightAlone(), report.majorityAlone(),
                    report.pValue(), report.rightAllWrong(), String.format(Locale.ROOT, "%,.0f + %,.0f",
                            report.tokens().read() / (double) report.problems(), report.tokens().written() / (double) report.problems()));
        }
    }
}
