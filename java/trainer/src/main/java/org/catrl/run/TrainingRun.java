package org.catrl.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.compute.CountingBackend;
import org.catrl.recipe.RecipeException;
import org.catrl.recipe.Recipes;
import org.catrl.recipe.TrainRecipe;
import org.catrl.record.RunFolder;
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
 * An object is one run, on the thread that calls {@link #run}; {@link #cancel} and {@link #pause} may be called by any
 * other.
 */
public final class TrainingRun {
    private final TrainRecipe recipe;
    private final Optional<Resumption<TrainRecipe>> resumption;
    private final EndSwitch end = new EndSwitch();
    private RunListener listener = RunListener.SILENT;
    private Optional<Backend> given = Optional.empty();
    private boolean planned = true;

    private TrainingRun(TrainRecipe recipe, Optional<Resumption<TrainRecipe>> resumption) {
        this.recipe = recipe.keyed();
        this.resumption = resumption;
    }

    /**
     * A run of a recipe's file.
     *
     * @param overrides {@code key=value}, as behind --set of the command; the last one of a key holds
     * @throws RecipeException naming file, line and key
     */
    public static TrainingRun of(Path recipe, List<String> overrides) {
        return of(Recipes.train(recipe, overrides));
    }

    /** A run of a recipe made by a program. */
    public static TrainingRun of(TrainRecipe recipe) {
        return new TrainingRun(recipe, Optional.empty());
    }

    /**
     * A run that goes on where it was paused or killed: bit for bit it becomes what it would have been.
     *
     * @param run       the folder of the run, or one of its checkpoints
     * @param overrides {@code key=value} over the run's own recipe: max_steps, save_*, threads, backend, guards
     * @throws RecipeException when there is no such run, or naming a key that may not change
     */
    public static TrainingRun resume(Path run, List<String> overrides) {
        Resumption<TrainRecipe> resumption = Resumption.of(TrainingLoop.KIND, run, overrides, Recipes::train);
        return new TrainingRun(resumption.recipe(), Optional.of(resumption));
    }

    /**
     * A run that begins in the recipe's {@code out}, or goes on where it has begun there.
     *
     * @throws RecipeException naming file, line and key; or a key that is not as in the run there
     */
    public static TrainingRun startOrResume(Path recipe, List<String> overrides) {
        Optional<Resumption<TrainRecipe>> resumption = Resumption.auto(TrainingLoop.KIND, recipe, overrides,
                Recipes::train);
        return resumption.isEmpty() ? of(recipe, overrides)
                : new TrainingRun(resumption.get().recipe(), resumption);
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
        end.cancel();
    }

    /**
     * Leaves the run, from any thread, so that it can be gone on with by {@link #resume}: the phase at hand is
     * finished, a step that has not begun to update is left, an evaluation too, and a checkpoint is written of the last
     * step that is whole. The result says that the run was paused, and where that checkpoint is.
     */
    public void pause() {
        end.pause();
    }

    /** The sentence that this run has ended and there is nothing to go on with; empty where there is. */
    public Optional<String> finished() {
        return resumption.flatMap(one -> one.finished(recipe.schedule().maxSteps()));
    }

    /**
     * Carries the recipe out.
     *
     * @throws RecipeException      when the recipe cannot be carried out
     * @throws org.catrl.data.DataException          when a data file cannot be used
     * @throws org.catrl.model.ModelFormatException  when a model's folder cannot be used
     * @throws org.catrl.compute.BackendException    when the backend is not there or has not the memory
     * @throws org.catrl.reward.JudgeFailureException when a judge gave too few verdicts; the step's groups are recorded
     * @throws org.catrl.train.NotFiniteException    when a reward, loss, norm, log-probability or weight is not finite
     * @throws CustomPartException                   when an aggregator or reward of the program's own fails
     */
    public RunResult run() throws IOException {
        finished().ifPresent(ended -> {
            throw new RecipeException(ended);
        });
        recipe.requireTrainable();
        ModelRoles.requireKeys(recipe.roles());
        ModelCheck.Fitting fitting = ModelCheck.fits(recipe.run().model(), Task.of(recipe), recipe);
        Task task = fitting.told(listener);
        task.prompts(); // refuses a split that leaves none
        int longestPrompt = fitting.longestPrompt();
        ModelCheck.synthesisFits(recipe);
        if (given.isPresent()) {
            return planned(new Backends.Opened(given.get(), "it was given by the program"), task, longestPrompt);
        }
        Backends.Opened opened = recipe.run().backend().open();
        try (Backend backend = opened.backend()) {
            return planned(opened, task, longestPrompt);
        }
    }

    private RunResult planned(Backends.Opened opened, Task task, int longestPrompt) throws IOException {
        Backend backend = opened.backend();
        if (planned) {
            MemoryForecast.of(recipe, longestPrompt, CountingBackend.like(backend), backend.availableBytes())
                    .requireFits();
        }
        if (resumption.isPresent()) {
            try (RunRecord record = open(RunFolder.reopen(resumption.get().run()))) { // held first: others may want it
                return open(opened, task, StartingPoint.of(record, resumption.get().asked(), TrainingLoop.KIND,
                        recipe.schedule().maxSteps()));
            }
        }
        try (Policy policy = Policy.open(backend, recipe.run().model(), recipe.policySettings(), listener::loading);
             RunRecord record = open(RunFolders.create(recipe))) {
            return run(opened, task, policy, StartingPoint.first(record));
        }
    }

    private RunRecord open(RunFolder folder) {
        return RunRecord.open(folder, recipe.output().record().groupsPerStep());
    }

    private RunResult open(Backends.Opened opened, Task task, StartingPoint start) throws IOException {
        try (Policy policy = Policy.open(opened.backend(), recipe.run().model(), recipe.policySettings(),
                listener::loading)) {
            return run(opened, task, policy, start);
        }
    }

    private RunResult run(Backends.Opened opened, Task task, Policy policy, StartingPoint start) throws IOException {
        RunRecord record = start.record();
        Path responses = record.folder().responses();
        try (ModelRoles roles = new ModelRoles(recipe, opened.backend(), policy, Optional.of(responses), listener,
                end::isCancelled)) {
            listener.started(RunStart.of(opened, record.folder().folder(), recipe.reward().allowGold()));
            RunResult result = new TrainingLoop(recipe, task, policy, roles, opened, start, listener, end).run();
            listener.ended(result);
            return result;
        }
    }
}
