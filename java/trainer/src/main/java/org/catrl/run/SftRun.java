package org.catrl.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.recipe.RecipeException;
import org.catrl.recipe.RecipeYaml;
import org.catrl.recipe.Recipes;
import org.catrl.recipe.SftRecipe;
import org.catrl.record.Checkpoints;
import org.catrl.record.EvaluationRecord;
import org.catrl.record.RunFolder;
import org.catrl.record.RunRecord;
import org.catrl.reward.Judge;
import org.catrl.train.LearningRateSchedule;
import org.catrl.train.Policy;
import org.catrl.train.Sft;

/**
 * A run of supervised training: of random weights on a corpus, or of a model on a file of examples; measured at the end
 * where the recipe says on what.
 *
 * <pre>{@code
 * RunResult result = SftRun.of(Path.of("models/arithmetic/sft.yaml"), List.of("seed=2", "out=runs/start")).run();
 * System.out.println("the last loss was " + result.metrics().get("loss"));
 * }</pre>
 *
 * An object is one run, on the thread that calls {@link #run}; {@link #cancel} and {@link #pause} may be called by any
 * other.
 */
public final class SftRun {
    private static final Supplier<Judge> BY_PROGRAM_ALONE = () -> {
        throw new RecipeException("sft grades by a program alone; measure this model by catrl eval");
    };

    private final SftRecipe recipe;
    private final Optional<Resumption<SftRecipe>> resumption;
    private final EndSwitch end = new EndSwitch();
    private RunListener listener = RunListener.SILENT;
    private Optional<Backend> given = Optional.empty();

    private SftRun(SftRecipe recipe, Optional<Resumption<SftRecipe>> resumption) {
        this.recipe = recipe.keyed();
        this.resumption = resumption;
    }

    /**
     * A run of a recipe's file.
     *
     * @param overrides {@code key=value}, as behind --set of the command; the last one of a key holds
     * @throws RecipeException naming file, line and key
     */
    public static SftRun of(Path recipe, List<String> overrides) {
        return of(Recipes.sft(recipe, overrides));
    }

    /** A run of a recipe made by a program. */
    public static SftRun of(SftRecipe recipe) {
        return new SftRun(recipe, Optional.empty());
    }

    /**
     * A run that goes on where it was paused or killed, as {@link TrainingRun#resume} does.
     *
     * @param run       the folder of the run, or one of its checkpoints
     * @param overrides {@code key=value} over the run's own recipe: max_steps, save_*, threads and backend alone
     * @throws RecipeException when there is no such run, or naming a key that may not change
     */
    public static SftRun resume(Path run, List<String> overrides) {
        Resumption<SftRecipe> resumption = Resumption.of(SftLoop.KIND, run, overrides, Recipes::sft);
        return new SftRun(resumption.recipe(), Optional.of(resumption));
    }

    /**
     * A run that begins in the recipe's {@code out}, or goes on where it has begun there.
     *
     * @throws RecipeException naming file, line and key; or a key that is not as in the run there
     */
    public static SftRun startOrResume(Path recipe, List<String> overrides) {
        Optional<Resumption<SftRecipe>> resumption = Resumption.auto(SftLoop.KIND, recipe, overrides,
                Recipes::sft);
        return resumption.isEmpty() ? of(recipe, overrides) : new SftRun(resumption.get().recipe(), resumption);
    }

    /** Tells a listener what happens. */
    public SftRun listener(RunListener hears) {
        listener = hears;
        return this;
    }

    /** Runs on a backend that the program has opened, and closes, itself; the recipe's is not opened then. */
    public SftRun on(Backend backend) {
        given = Optional.of(backend);
        return this;
    }

    /**
     * Ends the run early, from any thread: the step at hand is finished and the model saved, and nothing is measured.
     */
    public void cancel() {
        end.cancel();
    }

    /**
     * Leaves the run, from any thread, so that it can be gone on with by {@link #resume}: the step at hand is finished
     * and a checkpoint written. The result says that the run was paused, and where that checkpoint is.
     */
    public void pause() {
        end.pause();
    }

    /** The sentence that this run has ended and there is nothing to go on with; empty where there is. */
    public Optional<String> finished() {
        return resumption.flatMap(one -> one.finished(Lesson.of(recipe).steps()));
    }

    /**
     * Carries the recipe out.
     *
     * @throws RecipeException                      when the recipe cannot be carried out
     * @throws org.catrl.data.DataException         when a data file cannot be used
     * @throws org.catrl.model.ModelFormatException when the model's folder cannot be used
     * @throws org.catrl.compute.BackendException   when the backend is not there
     * @throws org.catrl.train.NotFiniteException   when a loss, norm or weight is not finite
     */
    public RunResult run() throws IOException {
        finished().ifPresent(ended -> {
            throw new RecipeException(ended);
        });
        Lesson lesson = Lesson.of(recipe);
        Optional<Task> task = checked(lesson);
        if (given.isPresent()) {
            return run(new Backends.Opened(given.get(), "it was given by the program"), lesson, task);
        }
        Backends.Opened opened = recipe.run().backend().open();
        try (Backend backend = opened.backend()) {
            return run(opened, lesson, task);
        }
    }

    private RunResult run(Backends.Opened opened, Lesson lesson, Optional<Task> task) throws IOException {
        try (RunRecord record = RunRecord.open(resumption.isPresent() ? RunFolder.reopen(resumption.get().run())
                : RunFolders.create(recipe), 0)) {
            StartingPoint start = resumption.isEmpty() ? StartingPoint.first(record)
                    : StartingPoint.of(record, resumption.get().asked(), SftLoop.KIND, lesson.steps());
            RunResult trained = train(opened, lesson, start);
            RunResult result = task.isPresent() && trained.paused().isEmpty() && !end.isCancelled()
                    ? measured(trained, opened.backend(), task.get(), record) : trained;
            if (result.paused().isEmpty()) {
                record.summary(summary(result));
            }
            listener.ended(result);
            return result;
        }
    }

    /** What the end is measured on, once the model's folder, its prompts, the examples and the schedule are checked. */
    private Optional<Task> checked(Lesson lesson) throws IOException {
        Optional<Task> task = Optional.empty();
        if (recipe.isMeasured()) {
            task = Optional.of(ModelCheck.fits(recipe.run().model(), Task.of(recipe), recipe).told(listener));
        } else {
            ModelCheck.folder(recipe.run().model());
        }
        new LearningRateSchedule(recipe.optimizer(), lesson.steps());
        ModelCheck.learnable(lesson.file(), recipe);
        return task;
    }

    private RunResult train(Backends.Opened opened, Lesson lesson, StartingPoint start) throws IOException {
        try (Sft sft = open(opened.backend(), lesson.steps())) {
            listener.started(RunStart.of(opened, start.record().folder().folder(), false));
            if (start.step() == 0) {
                start.record().facts(RunFacts.of(SftLoop.KIND, recipe, recipe.run().model()));
                start.record().facts(Map.of("sha256/weights", sft.sha256()));
            }
            start.record().started(RunFacts.start(start.step(), opened));
            return new SftLoop(recipe, lesson, sft, opened.backend(), start, listener, end).run();
        }
    }

    private Sft open(Backend backend, int steps) throws IOException {
        return recipe.lesson().isCorpus()
                ? Sft.fromRandom(backend, recipe.run().model(), recipe.run().seed(), recipe.sftSettings(steps))
                : Sft.fromWeights(backend, recipe.run().model(), recipe.run().seed(), recipe.sftSettings(steps),
                listener::loading);
    }

    private RunResult measured(RunResult trained, Backend backend, Task task, RunRecord record) throws IOException {
        try (Policy policy = Policy.open(backend, trained.model(), recipe.hostingSettings(trained.model()))) {
            Evaluations evaluations = new Evaluations(recipe, task, policy.anchor(),
                    end.leavingEvaluations(listener));
            Optional<Measured> found = evaluations.heldOut("eval", policy, BY_PROGRAM_ALONE, Optional.empty());
            found.ifPresent(measured -> {
                record.evaluation(new EvaluationRecord(trained.steps(), "eval", measured.metrics()));
                listener.evaluated("eval", measured);
            });
            return trained.with(found.map(measured -> Map.of("held_out", measured)).orElse(Map.of()));
        } catch (EndSwitch.Left left) {
            return left(trained, record);
        }
    }

    /** A run whose model was not measured; where no checkpoint was saved to go on from it ends there. */
    private RunResult left(RunResult trained, RunRecord record) {
        Optional<Path> last = end.isPaused() ? Checkpoints.newest(trained.folder()) : Optional.empty();
        last.ifPresent(checkpoint -> new TrainingLog(record, listener).paused(trained.steps()));
        return last.map(trained::asPaused).orElseGet(trained::asCancelled);
    }

    private static Map<String, Object> summary(RunResult result) {
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("steps", result.steps());
        summary.put("cancelled", result.cancelled());
        summary.put("sha256", result.sha256());
        result.measured().forEach((name, found) -> summary.put(name, found.metrics()));
        return summary;
    }
}
