package org.catrl.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.evaluate.EvaluationReport;
import org.catrl.recipe.MeasuredRecipe;
import org.catrl.recipe.RecipeException;
import org.catrl.recipe.Recipes;
import org.catrl.recipe.TrainRecipe;
import org.catrl.run.Evaluations;
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

/** {@code catrl eval}: what a model scores on a recipe's held-out problems, with itself as the teacher. */
@Command(name = "eval", description = "Measures a model on held-out problems, and as its own teacher.",
        mixinStandardHelpOptions = true)
final class EvalCommand implements Callable<Integer> {
    private static final String RECIPE = "recipe.yaml";

    @Parameters(paramLabel = "RECIPE|RUN", description = "A training recipe, to measure its model; or the folder of a "
            + "training run or of its model, to measure what it made.")
    private Path subject;

    @Option(names = "--model", paramLabel = "FOLDER", description = "The model to measure instead.")
    private Path other;

    @Mixin
    private RunOptions options;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Path file = recipeFile();
        MeasuredRecipe recipe = Recipes.readMeasured(file, options.assignments());
        Path folder = other != null ? other : made(file).orElse(Path.of(recipe.model()));
        PrintWriter out = spec.commandLine().getOut();
        Task task = recipe.task();
        ModelCheck.fits(folder, task, recipe);
        Backends.Opened opened = BackendLine.open(recipe);
        try (Backend backend = opened.backend();
             Policy policy = LoadBar.policy(backend, folder, recipe.askingSettings(folder), out)) {
            out.println(BackendLine.of(opened));
            Evaluations measurement = new Evaluations(recipe, task, policy.anchor(), out);
            if (recipe instanceof TrainRecipe train && train.data().byRubric()) {
                grade(train, measurement, backend, policy, out);
                return ExitCode.OK.code();
            }
            EvaluationReport report = measurement.heldOut("eval", policy)
                    .orElseThrow(() -> new RecipeException(file + ": eval.problems is 0 or data.held_out is missing; "
                            + "there is nothing to measure on"));
            out.print("\n" + ResultTable.of(Map.of(folder.getFileName().toString(), report)));
        }
        return ExitCode.OK.code();
    }

    private void grade(TrainRecipe recipe, Evaluations measurement, Backend backend, Policy policy, PrintWriter out)
            throws IOException {
        try (ModelRoles roles = new ModelRoles(recipe, ModelRoles.NO_LABELS, backend, policy, null, out)) {
            out.println(ScoreLine.of(measurement.rubricScore("eval", policy, roles::grader,
                    roles.measuredRewards(recipe.answer().toFormat())).orElseThrow(() ->
                    new RecipeException("eval.problems is 0 or data.held_out is missing; there is nothing to measure on"))));
        }
    }

    /** A run's recipe stands in its folder, beside the folder of the model it made. */
    private Path recipeFile() {
        if (!Files.isDirectory(subject)) {
            return subject;
        }
        return Stream.of(subject, subject.toAbsolutePath().normalize().getParent())
                .map(folder -> folder.resolve(RECIPE)).filter(Files::exists).findFirst()
                .orElseThrow(() -> new RecipeException(subject + ": is not of a run, there is no " + RECIPE
                        + "; name a recipe and give the model by --model"));
    }

    private Optional<Path> made(Path file) {
        return Files.isDirectory(subject) ? Optional.of(file.resolveSibling("model")) : Optional.empty();
    }
}
