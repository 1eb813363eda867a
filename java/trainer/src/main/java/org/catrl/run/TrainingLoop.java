package org.catrl.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.catrl.compute.Backend;
import org.catrl.recipe.RecipeYaml;
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
    static final String KIND = "train";

    private final TrainRecipe recipe;
    private final Task task;
    private final Policy policy;
    private final ModelRoles roles;
    private final Backend backend;
    private final StartingPoint start;
    private final RunRecord record;
    private final RunListener listener;
    private final EndSwitch end;
    private final AggregatorFactory aggregators;
    private final RewardFactory rewards;
    private final Evaluations evaluations;
    private final EmptySteps empty;
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
        this.evaluations = new Evaluations(recipe, task, roles.anchor(), end.leavingEvaluations(listener));
        this.origin = Origin.of(recipe.run().model(), policy.initialSha256(),
                Origin.texts(task.examplePrompts().stream()));
        this.checkpoints = new RunCheckpoints(recipe.schedule().save(), policy::snapshot, this::state,
                recorded(listener));
    }

    /** What has to be remembered from step to step. */
    private List<StatePart> parts() {
        return List.of(empty, soFar, checkpoints);
    }

    /** The state after some steps, for a checkpoint, before which the record must hold all of them. */
    private RunState state(int steps) {
        record.flush();
        return RunState.of(KIND, steps, backend, origin, parts());
    }

    /** A listener to checkpoints that records them too. */
    private RunListener recorded(RunListener hears) {
        return new RunListener() {
            @Override
            public void checkpoint(int steps, Path folder) {
                record.event("checkpoint", folder.getFileName().toString());
                hears.checkpoint(steps, folder);
            }
        };
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
            record.event("judge", failure.getMessage());
            record.groups(RecordedGroups.of(failure.step(), failure.groups(), aggregators.format()));
        } catch (RecordException e) {
            failure.addSuppressed(e);
        }
    }

    private RunResult trained() throws IOException {
        int steps = recipe.schedule().maxSteps();
        start.restore(policy::restore, parts(), origin, recipe.run().model(), backend);
        start.settle(steps, backend).ifPresent(resumed -> {
            record.event("resumed", "after " + resumed.done() + " steps");
            listener.resumed(resumed);
        });
        record.recipe(RecipeYaml.write(recipe));
        checkpoints.begin(record.folder().folder(), done, policy::prepareSnapshots);
        Trainer trainer = trainer();
        measure("before", EvaluationRecord.BEFORE);
        soFar.begin();
        train(trainer);
        if (!end.isPaused()) {
            checkpoints.end(done);
            saveModel(); // first, as an evaluation may fail
            measure("after", done);
        }
        if (end.isPaused()) {
            record.event("interrupted", "paused after " + done + " steps");
            return result(Optional.of(checkpoints.now(done)));
        }
        RunResult result = result(Optional.empty());
        record.summary(summary(result, policy.anchorSha256()));
        return result;
    }

    private void saveModel() {
        if (!Files.exists(record.folder().model())) {
            Checkpoints.save(record.folder().model(), policy::save);
        }
    }

    private RunResult result(Optional<Path> paused) {
        return new RunResult(record.folder().folder(), done, soFar.seconds(), end.isCancelled(), paused,
                policy.sha256(), empty.stop(), soFar.metrics(), soFar.measured());
    }

    private void measure(String when, int step) {
        if (end.isOn() || soFar.isMeasured(when)) {
            return;
        }
        end.unlessLeft(() -> evaluations.heldOut(when, policy, roles::grader, rewards.measuredRewards()))
                .ifPresent(found -> {
                    soFar.measured(when, found);
                    record.evaluation(new EvaluationRecord(step, when, found.metrics()));
                    listener.evaluated(when, found);
                });
    }

    private Trainer trainer() {
        AnswerFormat format = aggregators.format();
        return new Trainer(policy, task.prompts(), aggregators.ofRecipe(recipe.aggregation(), task, roles),
                rewards.rewards(), format, recipe.trainerSettings()).meter(roles::used);
    }

    private void train(Trainer trainer) {
        while (done < recipe.schedule().maxSteps() && !end.isOn() && empty.stop().isEmpty()) {
            end.unlessLeft(() -> Optional.of(step(trainer))).ifPresent(this::tell);
        }
    }

    private void tell(StepReport report) {
        Optional<String> warning = empty.after(report.signal());
        soFar.metrics(metrics(report));
        List<GroupRecord> groups = RecordedGroups.of(report);
        record.step(new StepRecord(report.step(), soFar.metrics().get("step_time"), soFar.metrics(), stages(report),
                groups));
        groups.forEach(listener::group);
        warning.ifPresent(why -> {
            record.event("empty", why);
            listener.emptyStep(why);
        });
        empty.stop().ifPresent(stop -> record.event("stopped", stop.message()));
        done++;
        listener.step(done, recipe.schedule().maxSteps(), soFar.metrics());
        checkpoints.after(done);
    }

    private static List<StageRecord> stages(StepReport report) {
        return report.stages().stream().map(stage -> new StageRecord(stage.name(), stage.seconds(),
                stage.used().calls(), stage.used().read(), stage.used().written())).toList();
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

    private Map<String, Double> metrics(StepReport report) {
        Map<String, Double> all = new LinkedHashMap<>(report.metrics());
        all.put("empty_steps", (double) empty.inARow());
        all.put("memory/ledger_bytes", (double) backend.ledger().total());
        ProcessMemory.residentBytes().ifPresent(bytes -> all.put("memory/resident_bytes", (double) bytes));
        probe(report.step()).ifPresent(probe -> {
            record.evaluation(new EvaluationRecord(report.step(), "probe", probe.metrics()));
            all.putAll(probe.metrics());
        });
        return all;
    }

    private Optional<Measured> probe(int step) {
        int every = recipe.task().eval().every();
        return every > 0 && (step + 1) % every == 0 ? end.unlessLeft(() -> evaluations.probe(policy))
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
