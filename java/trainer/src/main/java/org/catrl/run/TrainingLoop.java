package org.catrl.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.catrl.compute.Backends;
import org.catrl.guard.Guard;
import org.catrl.recipe.RecipeYaml;
import org.catrl.recipe.TrainRecipe;
import org.catrl.record.Checkpoints;
import org.catrl.record.EvaluationRecord;
import org.catrl.record.ProcessMemory;
import org.catrl.record.RecordException;
import org.catrl.record.RunRecord;
import org.catrl.reward.JudgeFailureException;
import org.catrl.train.NotFiniteException;
import org.catrl.train.Policy;
import org.catrl.train.StepReport;
import org.catrl.train.Trainer;

/** A training run once everything is open: measure, train, measure again; all of it recorded. */
final class TrainingLoop {
    static final String KIND = "train";

    private final TrainRecipe recipe;
    private final Task task;
    private final Policy policy;
    private final ModelRoles roles;
    private final Backends.Opened opened;
    private final StartingPoint start;
    private final RunRecord record;
    private final RunListener listener;
    private final TrainingLog log;
    private final EndSwitch end;
    private final AggregatorFactory aggregators;
    private final RewardFactory rewards;
    private final Evaluations evaluations;
    private final EmptySteps empty;
    private final Watch watch;
    private final SoFar soFar = new SoFar();
    private final RunCheckpoints checkpoints;
    private final Origin origin;
    private int done;

    TrainingLoop(TrainRecipe recipe, Task task, Policy policy, ModelRoles roles, Backends.Opened opened,
                 StartingPoint start, RunListener listener, EndSwitch end) throws IOException {
        this.recipe = recipe;
        this.task = task;
        this.policy = policy;
        this.roles = roles;
        this.opened = opened;
        this.start = start;
        this.record = start.record();
        this.listener = listener;
        this.log = new TrainingLog(record, listener);
        this.end = end;
        this.done = start.step();
        this.empty = new EmptySteps(recipe.schedule().maxEmptySteps());
        this.aggregators = new AggregatorFactory(recipe);
        this.rewards = new RewardFactory(recipe, recipe.reward().allowGold() ? Optional.of(task) : Optional.empty(),
                policy, roles, aggregators.format());
        this.watch = new Watch(recipe, probe());
        this.evaluations = new Evaluations(recipe, task, roles.anchor(), end.leavingEvaluations(listener));
        this.origin = Origin.of(recipe.run().model(), policy.initialSha256(),
                Origin.texts(task.examplePrompts().stream()));
        this.checkpoints = new RunCheckpoints(recipe.schedule().save(), policy::snapshot, this::state, listener);
    }

    private Optional<Probe> probe() {
        Optional<Probe> probe = Watch.isWanted(recipe) ? Probe.of(recipe, task, policy, roles, () -> { })
                : Optional.empty();
        if (probe.isEmpty() && Watch.isWanted(recipe)) {
            listener.unwatched("its rewards hold rollouts against no reference, or by gold alone");
        }
        return probe;
    }

    /** What has to be remembered from step to step. */
    private List<StatePart> parts() {
        return List.of(empty, watch, soFar, checkpoints);
    }

    private RunState state(int steps) {
        return RunState.of(KIND, steps, opened.backend(), origin, parts());
    }

    RunResult run() throws IOException {
        try (checkpoints) {
            return trained();
        } catch (JudgeFailureException e) {
            log.judgeFailed(e, aggregators.format());
            throw e;
        }
    }

    private RunResult trained() throws IOException {
        begin();
        measure("before", EvaluationRecord.BEFORE);
        if (!end.isOn()) {
            end.unlessLeft(() -> watch.begin(done, policy)).ifPresent(listener::unwatched);
        }
        soFar.begin();
        train(trainer());
        if (!end.isPaused()) {
            checkpoints.end(done);
            saveModel(); // first, as an evaluation may fail
            measure("after", done);
        }
        if (end.isPaused()) {
            log.paused(done);
            return result(Optional.of(checkpoints.now(done)));
        }
        RunResult result = result(Optional.empty());
        record.summary(summary(result, policy.anchorSha256()));
        return result;
    }

    /** Takes up what was done before, and puts the record into the state that it had then. */
    private void begin() throws IOException {
        start.restore(policy::restore, parts(), origin, recipe.run().model(), opened.backend());
        Optional<RunResume> resumed = start.settle(recipe.schedule().maxSteps(), opened.backend());
        if (done == 0) {
            record.facts(RunFacts.of(KIND, recipe, recipe.run().model(), policy, Optional.of(task)));
        }
        record.recipe(RecipeYaml.write(recipe));
        record.started(RunFacts.start(done, opened));
        record.metricsTo(RunFolders.metrics(recipe, record.folder(), done));
        resumed.ifPresent(log::resumed);
        checkpoints.begin(record, done, policy::prepareSnapshots);
    }

    private void saveModel() {
        Path model = record.folder().model();
        if (!Files.exists(model)) {
            Checkpoints.save(model, policy::save);
        }
    }

    private RunResult result(Optional<Path> paused) {
        return new RunResult(record.folder().folder(), done, soFar.seconds(), end.isCancelled(), paused,
                policy.sha256(), stop(), soFar.metrics(), soFar.measured());
    }

    private void measure(String when, int step) {
        if (end.isOn() || soFar.isMeasured(when)) {
            return;
        }
        end.unlessLeft(() -> evaluations.heldOut(when, policy, roles::grader, rewards.measuredRewards()))
                .ifPresent(found -> {
                    soFar.measured(when, found);
                    log.evaluated(step, when, found);
                });
    }

    private Trainer trainer() {
        return new Trainer(policy, task.prompts(), aggregators.ofRecipe(recipe.aggregation(), task, roles),
                rewards.rewards(), aggregators.format(), recipe.trainerSettings()).meter(roles::used);
    }

    private void train(Trainer trainer) {
        while (done < recipe.schedule().maxSteps() && !end.isOn() && stop().isEmpty()) {
            end.unlessLeft(() -> Optional.of(step(trainer))).ifPresent(this::finish);
        }
    }

    /** Why the run stops itself, where it does. */
    private Optional<RunStop> stop() {
        return empty.stop().or(watch::stop);
    }

    /** One step; running out of memory, and numbers that are not finite, say what is left of the run. */
    private StepReport step(Trainer trainer) {
        try {
            return trainer.step(done, end.leavingSteps(phase -> listener.phase(done, phase)));
        } catch (JudgeFailureException e) {
            saveBecauseOf(e);
            throw e;
        } catch (NotFiniteException e) {
            throw e.with(checkpoints.left());
        } catch (OutOfMemoryError e) {
            OutOfMemoryError told = new OutOfMemoryError("step " + done + ", " + e.getMessage() + "; "
                    + checkpoints.left());
            told.initCause(e);
            throw told;
        }
    }

    /** A checkpoint of the last whole step: once the judge is back, nothing has to be made again. */
    private void saveBecauseOf(JudgeFailureException failure) {
        try {
            checkpoints.end(done);
        } catch (RuntimeException | OutOfMemoryError e) { // the failure is what is told
            failure.addSuppressed(e);
        }
    }

    /** Looks at the policy after a step, records it, and saves where it is time to. */
    private void finish(StepReport report) {
        Optional<String> warning = empty.after(report.signal());
        Watch.Look look = look(report);
        log.step(report, soFar.metrics(), warning, look.warning());
        stop().ifPresent(log::stopped);
        done++;
        listener.step(done, recipe.schedule().maxSteps(), soFar.metrics());
        checkpoints.after(done, look.best());
    }

    /** Measures the policy after a step, with labels where it is time to and by the guard. */
    private Watch.Look look(StepReport report) {
        Map<String, Double> metrics = new LinkedHashMap<>(report.metrics());
        metrics.put("empty_steps", (double) empty.inARow());
        metrics.put("memory/ledger_bytes", (double) opened.backend().ledger().total());
        ProcessMemory.residentBytes().ifPresent(bytes -> metrics.put("memory/resident_bytes", (double) bytes));
        Optional<Measured> probe = probe(report.step());
        probe.ifPresent(found -> {
            log.probed(report.step(), found);
            metrics.putAll(found.metrics());
        });
        Watch.Look look = end.unlessLeft(() -> Optional.of(watch.after(report.step() + 1, policy, probe)))
                .orElse(Watch.Look.NONE);
        metrics.putAll(look.metrics());
        if (rewards.isYardstick() && metrics.containsKey(Guard.SCORE)) {
            metrics.put("guard/hacking_gap", metrics.get("reward") - metrics.get(Guard.SCORE));
        }
        soFar.metrics(metrics);
        return look;
    }

    private Optional<Measured> probe(int step) {
        int every = recipe.task().eval().every();
        return every > 0 && (step + 1) % every == 0 ? end.unlessLeft(() -> evaluations.probe(policy, roles::grader))
                : Optional.empty();
    }

    private static Map<String, Object> summary(RunResult result, String anchor) {
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("steps", result.steps());
        summary.put("seconds", result.seconds());
        summary.put("cancelled", result.cancelled());
        result.stopped().ifPresent(stop -> summary.put("stopped", Map.of("cause", stop.cause().name().toLowerCase(
                Locale.ROOT), "message", stop.message(), "learned_before", stop.learned())));
        summary.put("sha256", result.sha256());
        summary.put("anchor_sha256", anchor);
        result.measured().forEach((name, found) -> summary.put(name, found.metrics()));
        return summary;
    }
}
