package org.catrl.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.run.RecipeException;
import org.catrl.train.EvaluationReport;
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
    @Parameters(paramLabel = "RECIPE|RUN", description = "A training recipe, to measure its model; or the folder of a "
            + "training run, to measure what it made.")
    private Path subject;

    @Option(names = "--model", paramLabel = "FOLDER", description = "The model to measure instead.")
    private Path other;

    @Mixin
    private RunOptions options;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        boolean run = Files.isDirectory(subject);
        Path file = run ? subject.resolve("recipe.yaml") : subject;
        MeasuredRecipe recipe = Recipes.readMeasured(file, options.assignments());
        Path folder = other != null ? other : run ? subject.resolve("model") : Path.of(recipe.model());
        PrintWriter out = spec.commandLine().getOut();
        Task task = recipe.task();
        ModelCheck.fits(folder, task, recipe.sampling().maxCompletionLength());
        Backends.Opened opened = BackendLine.open(recipe.backend(), recipe.threads());
        try (Backend backend = opened.backend();
             Policy policy = Policy.open(backend, folder, recipe.askingSettings())) {
            out.println(BackendLine.of(opened));
            EvaluationReport report = new Measurement(recipe, task, policy.anchor(), out).heldOut("eval", policy)
                    .orElseThrow(() -> new RecipeException(file + ": eval.problems is 0 or data.held_out is missing; "
                            + "there is nothing to measure on"));
            out.print("\n" + ResultTable.of(Map.of(folder.getFileName().toString(), report)));
        }
        return ExitCode.OK.code();
    }
}
