package org.catrl.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.compute.CountingBackend;
import org.catrl.recipe.Recipes;
import org.catrl.recipe.TrainRecipe;
import org.catrl.record.RunFolder;
import org.catrl.run.ModelCheck;
import org.catrl.run.ModelRoles;
import org.catrl.run.Task;
import org.catrl.run.TrainingRun;
import org.catrl.train.Policy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code catrl train}: a run of Compute as Teacher. Everything is checked before anything is trained. */
@Command(name = "train", description = "Trains a model on prompts without labels (Compute as Teacher).",
        mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RECIPE", description = "A YAML file, e.g. models/arithmetic/cat.yaml.")
    private Path file;

    @Mixin
    private RunOptions options;

    @Option(names = "--ignore-plan", description = "Start a run that does not fit by plan.")
    private boolean ignorePlan;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        TrainRecipe recipe = Recipes.read(file, TrainRecipe.DEFAULTS, options.assignments());
        Path folder = Path.of(recipe.model());
        PrintWriter out = spec.commandLine().getOut();
        Task task = recipe.task();
        int longestPrompt = ModelCheck.fits(folder, task, recipe);
        Backends.Opened opened = BackendLine.open(recipe);
        try (Backend backend = opened.backend()) {
            if (!ignorePlan) {
                PlanTable.of(recipe, longestPrompt, CountingBackend.like(backend), backend.availableBytes())
                        .requireFits();
            }
            run(recipe, task, folder, opened, out);
        }
        return ExitCode.OK.code();
    }

    private static void run(TrainRecipe recipe, Task task, Path folder, Backends.Opened opened, PrintWriter out)
            throws IOException {
        Backend backend = opened.backend();
        try (Policy policy = LoadBar.policy(backend, folder, recipe.policySettings(), out);
             RunFolder record = OutFolder.create(recipe);
             ModelRoles roles = new ModelRoles(recipe, recipe.allowGold() ? task.labels() : ModelRoles.NO_LABELS, backend, policy,
                     record.folder().resolve("responses.jsonl"), out)) {
            out.println(BackendLine.of(opened));
            if (recipe.allowGold()) {
                out.println(Terminal.red("allow_gold: this run learns from the data's own rubrics; it is a control "
                        + "experiment"));
            }
            new TrainingRun(recipe, task, policy, roles, backend.ledger(), record, out).run();
        }
    }
}
