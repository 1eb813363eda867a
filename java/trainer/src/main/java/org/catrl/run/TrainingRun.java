package org.catrl.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.compute.CountingBackend;
import org.catrl.recipe.Recipes;
import org.catrl.recipe.TrainRecipe;
import org.catrl.record.RunRecord;
import org.catrl.train.Policy;

/**
 * A run of Compute as Teacher: a recipe carried out. Everything is checked before anything is trained; the policy is
 * measured, trained and measured again, and all of it is recorded.
 *
 * <pre>{@code
 * RunResult result = TrainingRun.of(Path.of("models/arithmetic/cat.yaml"), List.of("max_steps=10", "out=runs/mine"))
 *         .listener(listener).run();
 * System.out.println(result.steps() + " steps, the model is in " + result.model());
 * }</pre>
 *
 * An object is one run, on the thread that calls {@link #run}; {@link #cancel} may be called by any other.
 */
public final class TrainingRun {
    private final TrainRecipe recipe;
    private final CancelSwitch cancel = new CancelSwitch();
    private RunListener listener = RunListener.SILENT;
    private Optional<Backend> given = Optional.empty();
    private boolean planned = true;

    private TrainingRun(TrainRecipe recipe) {
        this.recipe = recipe.keyed();
    }

    /**
     * A run of a recipe's file.
     *
     * @param overrides {@code key=value}, as behind --set of the command; the last one of a key holds
     * @throws org.catrl.recipe.RecipeException naming file, line and key
     */
    public static TrainingRun of(Path recipe, List<String> overrides) {
        return of(Recipes.train(recipe, overrides));
    }

    /** A run of a recipe made by a program. */
    public static TrainingRun of(TrainRecipe recipe) {
        return new TrainingRun(recipe);
    }

    /** Tells a listener what happens. */
    public TrainingRun listener(RunListener hears) {
        listener = hears;
        return this;
    }

    /** Runs on a backend that the program has opened, and closes, itself; the recipe's is not opened then. */
    public TrainingRun on(Backend backend) {
        given = Optional.of(backend);
        return this;
    }

    /** Starts even where the memory that the run takes by plan is not there. */
    public TrainingRun ignorePlan() {
        planned = false;
        return this;
    }

    /**
     * Ends the run early, from any thread: the step at hand is finished, or left without an update where it waits for
     * an endpoint, an evaluation is left, the model is saved as it is, and the result says that the run was cancelled.
     */
    public void cancel() {
        cancel.cancel();
    }

    /**
     * Carries the recipe out.
     *
     * @throws org.catrl.recipe.RecipeException      when the recipe cannot be carried out
     * @throws org.catrl.data.DataException          when a data file cannot be used
     * @throws org.catrl.model.ModelFormatException  when a model's folder cannot be used
     * @throws org.catrl.compute.BackendException    when the backend is not there or has not the memory
     * @throws org.catrl.reward.JudgeFailureException when a judge gave too few verdicts; the step's groups are recorded
     * @throws org.catrl.train.NotFiniteException    when a reward, loss, norm, log-probability or weight is not finite
     * @throws CustomPartException                   when an aggregator or reward of the program's own fails
     */
    public RunResult run() throws IOException {
        recipe.requireTrainable();
        ModelRoles.requireKeys(recipe.roles());
        ModelCheck.Fitting fitting = ModelCheck.fits(recipe.run().model(), Task.of(recipe), recipe);
        Task task = fitting.told(listener);
        task.prompts(); // refuses a split that leaves none
        int longestPrompt = fitting.longestPrompt();
        ModelCheck.synthesisFits(recipe);
        if (given.isPresent()) {
            return run(new Backends.Opened(given.get(), "it was given by the program"), task, longestPrompt);
        }
        Backends.Opened opened = recipe.run().backend().open();
        try (Backend backend = opened.backend()) {
            return run(opened, task, longestPrompt);
        }
    }

    private RunResult run(Backends.Opened opened, Task task, int longestPrompt) throws IOException {
        Backend backend = opened.backend();
        if (planned) {
            MemoryForecast.of(recipe, longestPrompt, CountingBackend.like(backend), backend.availableBytes())
                    .requireFits();
        }
        try (Policy policy = Policy.open(backend, recipe.run().model(), recipe.policySettings(), listener::loading);
             RunRecord record = RunFolders.begin(recipe, facts(policy, task), opened,
                     recipe.output().record().groupsPerStep());
             ModelRoles roles = new ModelRoles(recipe, backend, policy,
                     Optional.of(record.folder().folder().resolve("responses.jsonl")), listener, cancel::isOn)) {
            listener.started(RunStart.of(opened, record.folder().folder(), recipe.reward().allowGold()));
            RunResult result = new TrainingLoop(recipe, task, policy, roles, backend.ledger(), record, listener, cancel)
                    .run();
            listener.ended(result);
            return result;
        }
    }

    private Map<String, String> facts(Policy policy, Task task) throws IOException {
        return RunFacts.of("train", recipe, recipe.run().model(), policy, Optional.of(task));
    }
}
