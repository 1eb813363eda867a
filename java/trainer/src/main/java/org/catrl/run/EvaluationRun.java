package org.catrl.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.recipe.Recipe;
import org.catrl.recipe.RecipeException;
import org.catrl.recipe.Recipes;
import org.catrl.recipe.TrainRecipe;
import org.catrl.record.Checkpoints;
import org.catrl.record.EvaluationRecord;
import org.catrl.record.RunRecord;
import org.catrl.reward.Judge;
import org.catrl.train.Policy;

/**
 * An evaluation by itself: what a model scores on a recipe's held-out problems, with itself as the anchor.
 *
 * <pre>{@code
 * Measured measured = EvaluationRun.of(Path.of("runs/mine"), List.of("eval.samples=4")).run();
 * System.out.println(measured.metrics());
 * }</pre>
 */
public final class EvaluationRun {
    private static final String RECIPE = "recipe.yaml";
    private static final String NAME = "eval";

    private final Path file;
    private final Recipe recipe;
    private final List<String> overrides;
    private Path model;
    private RunListener listener = RunListener.SILENT;

    private EvaluationRun(Path file, Recipe recipe, List<String> overrides, Path model) {
        this.file = file;
        this.overrides = List.copyOf(overrides);
        this.recipe = recipe.keyed();
        this.model = model;
    }

    /**
     * An evaluation of a recipe's model, or of a model that a run made.
     *
     * @param subject   a recipe of either kind of training; or the folder of a run, or of its model, or of one of its
     *                  checkpoints
     * @param overrides {@code key=value}, as behind --set of the command; {@code out=FOLDER} keeps a record there
     * @throws RecipeException naming file, line and key
     */
    public static EvaluationRun of(Path subject, List<String> overrides) {
        if (!Files.isDirectory(subject)) {
            Recipe recipe = Recipes.either(subject, overrides);
            return new EvaluationRun(subject, recipe, overrides, recipe.run().model());
        }
        Path own = subject.resolve(RECIPE);
        Path file = Files.exists(own) ? own : subject.toAbsolutePath().normalize().resolveSibling(RECIPE);
        if (!Files.exists(file)) {
            throw new RecipeException(subject + ": is not of a run, there is no " + RECIPE
                    + "; name a recipe and give the model by --model");
        }
        return new EvaluationRun(file, Recipes.either(file, overrides), overrides,
                file == own ? madeBy(subject) : subject);
    }

    /** The model that a run made; one that was stopped before may have saved checkpoints. */
    private static Path madeBy(Path run) {
        Path model = run.resolve("model");
        if (!Files.exists(model)) {
            Checkpoints.newest(run).ifPresent(checkpoint -> {
                throw new RecipeException(run + ": the run has not saved its model; its newest checkpoint is "
                        + checkpoint);
            });
        }
        return model;
    }

    /** Measures the model of another folder. */
    public EvaluationRun model(Path folder) {
        model = folder;
        return this;
    }

    /** The folder of the model that is measured. */
    public Path model() {
        return model;
    }

    /** Tells a listener what happens. */
    public EvaluationRun listener(RunListener hears) {
        listener = hears;
        return this;
    }

    /**
     * Measures the model.
     *
     * @throws RecipeException when there is nothing to measure on; and all that {@link TrainingRun#run} throws
     */
    public Measured run() throws IOException {
        Task task = ModelCheck.fits(model, Task.of(recipe), recipe).told(listener);
        if (task.heldOut(recipe.task().eval().problems()).isEmpty()) {
            throw new RecipeException(file + ": eval.problems is 0 or data.held_out is missing; there is nothing to "
                    + "measure on");
        }
        Backends.Opened opened = recipe.run().backend().open();
        try (Backend backend = opened.backend();
             Policy policy = Policy.open(backend, model, recipe.hostingSettings(model), listener::loading)) {
            return recorded(task, opened, policy);
        }
    }

    private Measured recorded(Task task, Backends.Opened opened, Policy policy) throws IOException {
        Optional<RunRecord> record = RunFolders.ifAskedFor(recipe, overrides,
                () -> RunFacts.of(NAME, recipe, model, policy, Optional.empty()), opened);
        try (RunRecord closed = record.orElse(null)) {
            listener.started(new RunStart(opened.backend().description(), opened.reason(),
                    record.map(kept -> kept.folder().folder()), false));
            Evaluations evaluations = new Evaluations(recipe, task, policy.anchor(), listener,
                    record.map(kept -> group -> kept.problem(0, NAME, group)));
            Measured measured = measure(evaluations, opened.backend(), policy).orElseThrow();
            record.ifPresent(kept -> summarise(kept, measured));
            listener.evaluated(NAME, measured);
            return measured;
        }
    }

    private void summarise(RunRecord record, Measured measured) {
        record.evaluation(new EvaluationRecord(0, NAME, measured.metrics()));
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("model", model.toString());
        summary.put(NAME, measured.metrics());
        record.summary(summary);
    }

    private Judge noGrader() {
        throw new RecipeException(file + ": a recipe of supervised training names no grader; name a training "
                + "recipe, and this model by --model");
    }

    private Optional<Measured> measure(Evaluations evaluations, Backend backend, Policy policy) {
        if (!(recipe instanceof TrainRecipe train)) {
            return evaluations.heldOut(NAME, policy, this::noGrader, Optional.empty());
        }
        try (ModelRoles roles = new ModelRoles(train, backend, policy, Optional.empty(), listener)) {
            RewardFactory rewards = new RewardFactory(train, Optional.empty(), policy, roles,
                    train.task().answer().toFormat());
            return evaluations.heldOut(NAME, policy, roles::grader,
                    recipe.task().data().byRubric() ? rewards.measuredRewards() : Optional.empty());
        }
    }
}
