package org.catrl.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.catrl.aggregate.Aggregator;
import org.catrl.compute.Backend;
import org.catrl.evaluate.GoldAggregator;
import org.catrl.flow.ScoredGroup;
import org.catrl.guard.Guard;
import org.catrl.recipe.AggregatorName;
import org.catrl.recipe.RecipeYaml;
import org.catrl.recipe.TrainRecipe;
import org.catrl.record.Checkpoints;
import org.catrl.record.ProcessMemory;
import org.catrl.record.RecordException;
import org.catrl.record.RunFolder;
import org.catrl.reward.JudgeFailureException;
import org.catrl.text.AnswerFormat;
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
    private final Backend backend;
    private final StartingPoint start;
    private final RunFolder record;
    private final RunListener listener;
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

    TrainingLoop(TrainRecipe recipe, Task task, Policy policy, ModelRoles roles, Backend backend, StartingPoint start,
                 RunListener listener, EndSwitch end) throws IOException {
        this.recipe = recipe;
        this.task = task;
        this.policy = policy;
        this.roles = roles;
        this.backend = backend;
        this.start = start;
        this.record = start.record();
        this.listener = listener;
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
        return List.of(empty, soFar, watch, checkpoints);
    }

    private RunState state(int steps) {
        return RunState.of(KIND, steps, backend, origin, parts());
    }

    RunResult run() throws IOException {
        try (checkpoints) {
            return trained();
        } catch (JudgeFailureException e) {
            keepEvidence(e);
            throw e;
        }
    }

    /** Records the groups that were not learned from; what stands in the way of that hides no failure. */
    private void keepEvidence(JudgeFailureException failure) {
        try {
            failure.groups().forEach(group -> record.group(GroupRecord.of(failure.step(), group)));
        } catch (RecordException e) {
            failure.addSuppressed(e);
        }
    }

    private RunResult trained() throws IOException {
        int steps = recipe.schedule().maxSteps();
        start.restore(policy::restore, parts(), origin, recipe.run().model(), backend);
        start.settle(steps, backend).ifPresent(listener::resumed);
        record.recipe(RecipeYaml.write(recipe));
        checkpoints.begin(record.folder(), done, policy::prepareSnapshots);
        Trainer trainer = trainer();
        measure("before");
        soFar.begin();
        if (!end.isOn()) {
            end.unlessLeft(() -> watch.begin(done, policy)).ifPresent(listener::unwatched);
        }
        train(trainer);
        if (!end.isPaused()) {
            checkpoints.end(done);
            saveModel(); // first, as an evaluation may fail
            measure("after");
        }
        if (end.isPaused()) {
            return result(Optional.of(checkpoints.now(done)));
        }
        RunResult result = result(Optional.empty());
        record.summary(summary(result));
        return result;
    }

    private void saveModel() {
        if (!Files.exists(record.model())) {
            Checkpoints.save(record.model(), policy::save);
        }
    }

    private RunResult result(Optional<Path> paused) {
        return new RunResult(record.folder(), done, soFar.seconds(), end.isCancelled(), paused, policy.sha256(),
                stop(), soFar.metrics(), soFar.measured());
    }

    private void measure(String when) {
        if (end.isOn() || soFar.isMeasured(when)) {
            return;
        }
        end.unlessLeft(() -> evaluations.heldOut(when, policy, roles::grader, rewards.measuredRewards()))
                .ifPresent(found -> {
                    soFar.measured(when, found);
                    listener.evaluated(when, found);
                });
    }

    private Trainer trainer() {
        AnswerFormat format = aggregators.format();
        return new Trainer(policy, task.prompts(), aggregator(), rewards.rewards(), format, recipe.trainerSettings());
    }

    private void train(Trainer trainer) {
        while (done < recipe.schedule().maxSteps() && !end.isOn() && stop().isEmpty()) {
            end.unlessLeft(() -> Optional.of(step(trainer))).ifPresent(this::tell);
        }
    }

    /** Why the run stops itself, where it does. */
    private Optional<RunStop> stop() {
        return empty.stop().or(watch::stop);
    }

    private void tell(StepReport report) {
        Optional<String> warning = empty.after(report.signal());
        Watch.Look look = look(report);
        record.metrics(report.step(), soFar.metrics());
        write(report.step(), report.groups());
        warning.ifPresent(listener::emptyStep);
        look.warning().ifPresent(listener::guard);
        done++;
        listener.step(done, recipe.schedule().maxSteps(), soFar.metrics());
        checkpoints.after(done, look.best());
    }

    /** Measures the policy after a step: with labels where it is time to, and by the guard. */
    private Watch.Look look(StepReport report) {
        Map<String, Double> metrics = metrics(report);
        Optional<Measured> labelled = probe(report.step());
        labelled.ifPresent(found -> metrics.putAll(found.metrics()));
        Watch.Look look = end.unlessLeft(() -> Optional.of(watch.after(report.step() + 1, policy, labelled)))
                .orElse(Watch.Look.NONE);
        metrics.putAll(look.metrics());
        if (rewards.isYardstick() && metrics.containsKey(Guard.SCORE)) {
            metrics.put("guard/hacking_gap", metrics.get("reward") - metrics.get(Guard.SCORE));
        }
        soFar.metrics(metrics);
        return look;
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
        } catch (RecordException e) {
            failure.addSuppressed(e);
        }
    }

    private Aggregator aggregator() {
        AggregatorName name = recipe.aggregation().aggregator();
        return switch (name) {
            case LABELS -> new GoldAggregator(task.labels());
            case CUSTOM -> aggregators.custom(recipe.aggregation().aggregatorName(), roles.anchor());
            default -> aggregators.of(name, roles.askedBy(name));
        };
    }

    private Map<String, Double> metrics(StepReport report) {
        Map<String, Double> all = new LinkedHashMap<>(report.metrics());
        all.put("empty_steps", (double) empty.inARow());
        all.put("memory/ledger_bytes", (double) backend.ledger().total());
        ProcessMemory.residentBytes().ifPresent(bytes -> all.put("memory/resident_bytes", (double) bytes));
        return all;
    }

    private Optional<Measured> probe(int step) {
        int every = recipe.task().eval().every();
        return every > 0 && (step + 1) % every == 0 ? end.unlessLeft(() -> evaluations.probe(policy, roles::grader))
                : Optional.empty();
    }

    private void write(int step, List<ScoredGroup> groups) {
        for (ScoredGroup scored : groups) {
            GroupRecord group = GroupRecord.of(step, scored);
            record.group(group);
            listener.group(group);
        }
    }

    private static Map<String, Object> summary(RunResult result) {
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("steps", result.steps());
        summary.put("seconds", result.seconds());
        summary.put("cancelled", result.cancelled());
        result.stopped().ifPresent(stop -> summary.put("stopped", Map.of("cause", stop.cause().name().toLowerCase(
                Locale.ROOT), "message", stop.message(), "learned_before", stop.learned())));
        summary.put("sha256", result.sha256());
        result.measured().forEach((name, found) -> summary.put(name, found.metrics()));
        return summary;
    }
}
