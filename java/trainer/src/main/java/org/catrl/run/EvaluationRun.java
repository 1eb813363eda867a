package org.catrl.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.recipe.Recipe;
import org.catrl.recipe.RecipeException;
import org.catrl.recipe.Recipes;
import org.catrl.recipe.TrainRecipe;
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
    private Path model;
    private RunListener listener = RunListener.SILENT;

    private EvaluationRun(Path file, Recipe recipe, Path model) {
        this.file = file;
        this.recipe = recipe instanceof TrainRecipe train ? train.keyed() : recipe;
        this.model = model;
    }

    /**
     * An evaluation of a recipe's model, or of the model that a run made.
     *
     * @param subject   a recipe of either kind of training; or the folder of a run, or of its model
     * @param overrides {@code key=value}, as behind --set of the command
     * @throws RecipeException naming file, line and key
     */
    public static EvaluationRun of(Path subject, List<String> overrides) {
        boolean made = Files.isDirectory(subject);
        Path file = made ? recipeOf(subject) : subject;
        Recipe recipe = Recipes.either(file, overrides);
        return new EvaluationRun(file, recipe, made ? file.resolveSibling("model") : recipe.run().model());
    }

    /** The recipe of a run: it stands in its folder, beside the folder of the model it made. */
    private static Path recipeOf(Path run) {
        return Stream.of(run, run.toAbsolutePath().normalize().getParent())
                .map(folder -> folder.resolve(RECIPE)).filter(Files::exists).findFirst()
                .orElseThrow(() -> new RecipeException(run + ": is not of a run, there is no " + RECIPE
                        + "; name a recipe and give the model by --model"));
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
        Task task = Task.of(recipe);
        ModelCheck.fits(model, task, recipe);
        Backends.Opened opened = recipe.run().backend().open();
        try (Backend backend = opened.backend();
             Policy policy = Policy.open(backend, model, recipe.hostingSettings(model), listener::loading)) {
            listener.started(RunStart.of(opened));
            Evaluations evaluations = new Evaluations(recipe, task, policy.anchor(), listener);
            Measured measured = measure(evaluations, backend, policy).orElseThrow(() -> new RecipeException(file
                    + ": eval.problems is 0 or data.held_out is missing; there is nothing to measure on"));
            listener.evaluated(NAME, measured);
            return measured;
        }
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
