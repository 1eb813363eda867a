package org.catrl.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.catrl.aggregate.Aggregator;
import org.catrl.compute.Ledger;
import org.catrl.evaluate.GoldAggregator;
import org.catrl.flow.ScoredGroup;
import org.catrl.guard.Guard;
import org.catrl.guard.GuardReport;
import org.catrl.recipe.AggregatorName;
import org.catrl.recipe.ScheduleRecipe;
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
    private final TrainRecipe recipe;
    private final Task task;
    private final Policy policy;
    private final ModelRoles roles;
    private final Ledger ledger;
    private final RunFolder record;
    private final RunListener listener;
    private final CancelSwitch cancel;
    private final AggregatorFactory aggregators;
    private final RewardFactory rewards;
    private final Evaluations evaluations;
    private final Map<String, Measured> measured = new LinkedHashMap<>();
    private final EmptySteps empty;
    private final Watch watch;
    private Map<String, Double> metrics = new LinkedHashMap<>();
    private Optional<RunStop> stopped = Optional.empty();

    TrainingLoop(TrainRecipe recipe, Task task, Policy policy, ModelRoles roles, Ledger ledger, RunFolder record,
                 RunListener listener, CancelSwitch cancel) {
        this.recipe = recipe;
        this.task = task;
        this.policy = policy;
        this.roles = roles;
        this.ledger = ledger;
        this.record = record;
        this.listener = listener;
        this.cancel = cancel;
        this.empty = new EmptySteps(recipe.schedule().maxEmptySteps());
        this.aggregators = new AggregatorFactory(recipe);
        this.rewards = new RewardFactory(recipe, recipe.reward().allowGold() ? Optional.of(task) : Optional.empty(),
                policy, roles, aggregators.format());
        this.watch = new Watch(recipe, probe());
        this.evaluations = new Evaluations(recipe, task, roles.anchor(), cancel.leavingEvaluations(listener));
    }

    private Optional<Probe> probe() {
        Optional<Probe> probe = Watch.isWanted(recipe) ? Probe.of(recipe, task, policy, roles, () -> { })
                : Optional.empty();
        if (probe.isEmpty() && Watch.isWanted(recipe)) {
            listener.unwatched("its rewards hold rollouts against no reference, or by gold alone");
        }
        return probe;
    }

    RunResult run() throws IOException {
        try {
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
        Trainer trainer = trainer();
        measure("before");
        long start = System.nanoTime();
        int steps = train(trainer);
        double seconds = (System.nanoTime() - start) / 1e9;
        Checkpoints.save(record.model(), policy::save); // first, as an evaluation may fail
        measure("after");
        RunResult result = new RunResult(record.folder(), steps, seconds, cancel.isOn(), policy.sha256(), stopped,
                metrics, measured);
        record.summary(summary(result));
        return result;
    }

    private void measure(String when) {
        if (cancel.isOn()) {
            return;
        }
        cancel.unlessLeft(() -> evaluations.heldOut(when, policy, roles::grader, rewards.measuredRewards()))
                .ifPresent(found -> {
                    measured.put(when, found);
                    listener.evaluated(when, found);
                });
    }

    private Trainer trainer() {
        AnswerFormat format = aggregators.format();
        return new Trainer(policy, task.prompts(), aggregator(), rewards.rewards(), format, recipe.trainerSettings());
    }

    /** The training; returns the steps made. */
    private int train(Trainer trainer) throws IOException {
        ScheduleRecipe schedule = recipe.schedule();
        Checkpoints checkpoints = new Checkpoints(record.folder(), schedule.saveSteps(), schedule.saveTotalLimit());
        int done = 0;
        cancel.unlessLeft(() -> Optional.of(watch.begin(policy)));
        while (done < schedule.maxSteps() && !cancel.isOn() && stopped.isEmpty()) {
            int next = done;
            Optional<StepReport> report = cancel.unlessLeft(() -> Optional.of(step(trainer, next, checkpoints)));
            if (report.isPresent()) {
                done++;
                boolean best = tell(report.get());
                tell(done, best ? checkpoints.best(done, policy::save) : checkpoints.after(done, policy::save));
            }
        }
        return done;
    }

    /** Records a step; returns whether the policy is the best so far. */
    private boolean tell(StepReport report) {
        Optional<String> warning = empty.after(report.signal());
        Watch.Look look = look(report);
        record.metrics(report.step(), metrics);
        write(report.step(), report.groups());
        warning.ifPresent(listener::emptyStep);
        look.warning().ifPresent(listener::guard);
        stopped = empty.stop(report.signal()).or(() -> look.warning().filter(GuardReport::stops).map(RunStop::by));
        return look.best();
    }

    /** Measures the policy after a step, with labels where it is time to and by the guard. */
    private Watch.Look look(StepReport report) {
        metrics = metrics(report);
        Optional<Measured> probe = probe(report.step());
        probe.ifPresent(found -> metrics.putAll(found.metrics()));
        Watch.Look look = cancel.unlessLeft(() -> Optional.of(watch.after(report.step() + 1, policy, probe)))
                .orElse(Watch.Look.NONE);
        metrics.putAll(look.metrics());
        if (rewards.isYardstick() && metrics.containsKey(Guard.SCORE)) {
            metrics.put("guard/hacking_gap", metrics.get("reward") - metrics.get(Guard.SCORE));
        }
        return look;
    }

    private void tell(int done, Optional<Path> checkpoint) {
        listener.step(done, recipe.schedule().maxSteps(), metrics);
        checkpoint.ifPresent(folder -> listener.checkpoint(done, folder));
    }

    /** One step; running out of memory, and numbers that are not finite, say what is left of the run. */
    private static StepReport step(Trainer trainer, int step, Checkpoints checkpoints) {
        try {
            return trainer.step(step);
        } catch (NotFiniteException e) {
            throw e.with(saved(checkpoints));
        } catch (OutOfMemoryError e) {
            OutOfMemoryError told = new OutOfMemoryError("step " + step + ", " + e.getMessage() + "; "
                    + saved(checkpoints));
            told.initCause(e);
            throw told;
        }
    }

    private static String saved(Checkpoints checkpoints) {
        return checkpoints.last().map(last -> "the last checkpoint is " + last)
                .orElse("no checkpoint has been saved (save_steps)");
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
        all.put("memory/ledger_bytes", (double) ledger.total());
        ProcessMemory.residentBytes().ifPresent(bytes -> all.put("memory/resident_bytes", (double) bytes));
        return all;
    }

    private Optional<Measured> probe(int step) {
        int every = recipe.task().eval().every();
        return every > 0 && (step + 1) % every == 0 ? cancel.unlessLeft(() -> evaluations.probe(policy, roles::grader))
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
