package org.catrl.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.catrl.compute.Ledger;
import org.catrl.recipe.ScheduleRecipe;
import org.catrl.recipe.TrainRecipe;
import org.catrl.record.Checkpoints;
import org.catrl.record.EvaluationRecord;
import org.catrl.record.GroupRecord;
import org.catrl.record.ProcessMemory;
import org.catrl.record.RecordException;
import org.catrl.record.RunRecord;
import org.catrl.record.StageRecord;
import org.catrl.record.StepRecord;
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
    private final RunRecord record;
    private final RunListener listener;
    private final CancelSwitch cancel;
    private final AggregatorFactory aggregators;
    private final RewardFactory rewards;
    private final Evaluations evaluations;
    private final Map<String, Measured> measured = new LinkedHashMap<>();
    private final EmptySteps empty;
    private Map<String, Double> metrics = Map.of();
    private Optional<RunStop> stopped = Optional.empty();

    TrainingLoop(TrainRecipe recipe, Task task, Policy policy, ModelRoles roles, Ledger ledger, RunRecord record,
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
        this.evaluations = new Evaluations(recipe, task, roles.anchor(), cancel.leavingEvaluations(listener));
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
            record.event("judge", failure.getMessage());
            record.groups(RecordedGroups.of(failure.step(), failure.groups(), aggregators.format()));
        } catch (RecordException e) {
            failure.addSuppressed(e);
        }
    }

    private RunResult trained() throws IOException {
        Trainer trainer = trainer();
        measure("before", EvaluationRecord.BEFORE);
        long start = System.nanoTime();
        int steps = train(trainer);
        double seconds = (System.nanoTime() - start) / 1e9;
        Checkpoints.save(record.folder().model(), policy::save); // first, as an evaluation may fail
        measure("after", steps);
        RunResult result = new RunResult(record.folder().folder(), steps, seconds, cancel.isOn(),
                policy.sha256(), stopped, metrics, measured);
        record.summary(summary(result, policy.anchorSha256()));
        return result;
    }

    private void measure(String when, int step) {
        if (cancel.isOn()) {
            return;
        }
        cancel.unlessLeft(() -> evaluations.heldOut(when, policy, roles::grader, rewards.measuredRewards()))
                .ifPresent(found -> {
                    measured.put(when, found);
                    record.evaluation(new EvaluationRecord(step, when, found.metrics()));
                    listener.evaluated(when, found);
                });
    }

    private Trainer trainer() {
        AnswerFormat format = aggregators.format();
        return new Trainer(policy, task.prompts(), aggregators.ofRecipe(recipe.aggregation(), task, roles),
                rewards.rewards(), format, recipe.trainerSettings()).meter(roles::used);
    }

    /** The training; returns the steps made. */
    private int train(Trainer trainer) throws IOException {
        ScheduleRecipe schedule = recipe.schedule();
        Checkpoints checkpoints = new Checkpoints(record.folder().folder(), schedule.saveSteps(),
                schedule.saveTotalLimit());
        int done = 0;
        while (done < schedule.maxSteps() && !cancel.isOn() && stopped.isEmpty()) {
            int next = done;
            Optional<StepReport> report = cancel.unlessLeft(() -> Optional.of(step(trainer, next, checkpoints)));
            if (report.isPresent()) {
                tell(report.get());
                done++;
                tell(done, checkpoints.after(done, policy::save));
            }
        }
        return done;
    }

    private void tell(StepReport report) {
        Optional<String> warning = empty.after(report.signal());
        metrics = metrics(report);
        List<GroupRecord> groups = RecordedGroups.of(report);
        record.step(new StepRecord(report.step(), metrics.get("step_time"), metrics, stages(report), groups));
        groups.forEach(listener::group);
        warning.ifPresent(why -> {
            record.event("empty", why);
            listener.emptyStep(why);
        });
        stopped = empty.stop(report.signal());
        stopped.ifPresent(stop -> record.event("stopped", stop.message()));
    }

    private static List<StageRecord> stages(StepReport report) {
        return report.stages().stream().map(stage -> new StageRecord(stage.name(), stage.seconds(),
                stage.used().calls(), stage.used().read(), stage.used().written())).toList();
    }

    private void tell(int done, Optional<Path> checkpoint) {
        listener.step(done, recipe.schedule().maxSteps(), metrics);
        checkpoint.ifPresent(folder -> {
            record.event("checkpoint", folder.getFileName().toString());
            listener.checkpoint(done, folder);
        });
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

    private Map<String, Double> metrics(StepReport report) {
        Map<String, Double> all = new LinkedHashMap<>(report.metrics());
        all.put("empty_steps", (double) empty.inARow());
        all.put("memory/ledger_bytes", (double) ledger.total());
        ProcessMemory.residentBytes().ifPresent(bytes -> all.put("memory/resident_bytes", (double) bytes));
        probe(report.step()).ifPresent(probe -> {
            record.evaluation(new EvaluationRecord(report.step(), "probe", probe.metrics()));
            all.putAll(probe.metrics());
        });
        return all;
    }

    private Optional<Measured> probe(int step) {
        int every = recipe.task().eval().every();
        return every > 0 && (step + 1) % every == 0 ? cancel.unlessLeft(() -> evaluations.probe(policy))
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
