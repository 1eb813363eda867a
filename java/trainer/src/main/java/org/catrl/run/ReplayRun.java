package org.catrl.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.recipe.RecipeException;
import org.catrl.recipe.TrainRecipe;
import org.catrl.record.Checkpoints;
import org.catrl.record.GroupDifferences;
import org.catrl.record.GroupRecord;
import org.catrl.record.MachineMetrics;
import org.catrl.record.RunFolder;
import org.catrl.record.RunReader;
import org.catrl.record.RunRecord;
import org.catrl.record.StepRecord;
import org.catrl.reward.JudgeFailureException;
import org.catrl.train.Policy;
import org.catrl.train.StepReport;
import org.catrl.train.Trainer;

/**
 * A step of a recorded run, made again from the recorded weights and seeds and held against the record, bit by bit. It
 * begins with the last checkpoint before the step that holds all, or with the initial model, and makes the steps in
 * between. Nothing is written into the run's folder; endpoints are asked only what the run has no answer to.
 *
 * <pre>{@code
 * Replay replay = ReplayRun.of(Path.of("runs/mine"), List.of("threads=4")).step(36);
 * }</pre>
 */
public final class ReplayRun {
    private static final Pattern CHECKPOINT = Pattern.compile("checkpoint-(\\d{1,9})");
    private static final String MOMENTS = "optimizer.safetensors";
    private static final String RESPONSES = "responses.jsonl";

    private final Path run;
    private final TrainRecipe recipe;
    private RunListener listener = RunListener.SILENT;

    private ReplayRun(Path run, TrainRecipe recipe) {
        this.run = run;
        this.recipe = recipe;
    }

    /**
     * The steps of a run.
     *
     * @param run       its folder
     * @param overrides {@code key=value}, of where it runs: backend, threads
     * @throws RecipeException when the folder holds no training run
     */
    public static ReplayRun of(Path run, List<String> overrides) {
        return new ReplayRun(run, RecordedRun.recipe(run, overrides));
    }

    /** Tells a listener how far it is. */
    public ReplayRun listener(RunListener hears) {
        listener = hears;
        return this;
    }

    /**
     * Makes a step again.
     *
     * @param step from 0
     * @throws RecipeException when the step is not recorded, or the run cannot be made again as its model, tokenizer
     *                         or prompts are not those it began with; and all that {@link TrainingRun#run} throws
     */
    public Replay step(int step) throws IOException {
        Path scratch = Files.createTempDirectory("catrl-replay");
        try (RunReader recorded = RunReader.open(run)) {
            List<GroupRecord> groups = recorded.groups(step);
            if (groups.isEmpty()) {
                throw new RecipeException(run + ": holds no groups of step " + (step + 1) + " (from 1)");
            }
            return replayed(step, recorded, groups, scratch);
        } finally {
            delete(scratch);
        }
    }

    private Replay replayed(int step, RunReader recorded, List<GroupRecord> groups, Path scratch) throws IOException {
        Task task = ModelCheck.fits(recipe.run().model(), Task.of(recipe), recipe).told(listener);
        Path responses = scratch.resolve(RESPONSES);
        if (Files.exists(run.resolve(RESPONSES))) {
            Files.copy(run.resolve(RESPONSES), responses, StandardCopyOption.COPY_ATTRIBUTES);
        }
        Backends.Opened opened = recipe.run().backend().open();
        try (Backend backend = opened.backend();
             Policy policy = Policy.open(backend, recipe.run().model(), recipe.policySettings(), listener::loading);
             ModelRoles roles = new ModelRoles(recipe, backend, policy, Optional.of(responses), listener)) {
            listener.started(RunStart.of(opened));
            RecordedRun.requireSame(run, recorded.facts(), RunFacts.of("train", recipe, recipe.run().model(), policy,
                    Optional.of(task)));
            int from = restore(policy, step);
            StepRecord made = make(task, policy, roles, from, step);
            return new Replay(step, from, groups.size(), differences(made, recorded, groups, scratch));
        }
    }

    /** Takes the policy to the last checkpoint at or before a step; returns its steps, 0 where there is none. */
    private int restore(Policy policy, int step) throws IOException {
        Optional<Path> nearest;
        try (Stream<Path> folders = Files.list(run)) {
            nearest = folders.filter(folder -> steps(folder) <= step && Files.exists(folder.resolve(MOMENTS)))
                    .max(Comparator.comparingInt(ReplayRun::steps));
        }
        if (nearest.isPresent()) {
            Checkpoints.verify(nearest.get());
            policy.restore(nearest.get());
        }
        return nearest.map(ReplayRun::steps).orElse(0);
    }

    private static int steps(Path folder) {
        Matcher name = CHECKPOINT.matcher(folder.getFileName().toString());
        return name.matches() ? Integer.parseInt(name.group(1)) : Integer.MAX_VALUE;
    }

    private StepRecord make(Task task, Policy policy, ModelRoles roles, int from, int step) {
        AggregatorFactory aggregators = new AggregatorFactory(recipe);
        RewardFactory rewards = new RewardFactory(recipe,
                recipe.reward().allowGold() ? Optional.of(task) : Optional.empty(), policy, roles,
                aggregators.format());
        Trainer trainer = new Trainer(policy, task.prompts(), aggregators.ofRecipe(recipe.aggregation(), task, roles),
                rewards.rewards(), aggregators.format(), recipe.trainerSettings());
        try {
            for (int before = from; before < step; before++) {
                listener.step(before - from + 1, step - from + 1, trainer.step(before).metrics());
            }
            StepReport report = trainer.step(step);
            listener.step(step - from + 1, step - from + 1, report.metrics());
            return new StepRecord(step, 0, report.metrics(), List.of(), RecordedGroups.of(report));
        } catch (JudgeFailureException e) {
            return new StepRecord(step, 0, Map.of(), List.of(), RecordedGroups.of(step, e.groups(),
                    aggregators.format()));
        }
    }

    /** What was made goes the way of the record first, so that both were written and read alike. */
    private List<String> differences(StepRecord made, RunReader recorded, List<GroupRecord> groups, Path scratch) {
        int whole = (int) groups.stream().filter(GroupRecord::whole).count();
        RunFolder folder = RunFolder.create(scratch.resolve("record"));
        try (RunRecord again = RunRecord.begin(folder, Map.of(), whole)) {
            again.step(made);
        }
        try (RunReader reader = RunReader.open(folder.folder())) {
            List<String> all = new ArrayList<>(GroupDifferences.between(groups, reader.groups(made.step())));
            all.addAll(metrics(recorded.metrics(made.step()), reader.metrics(made.step())));
            return all;
        }
    }

    private static List<String> metrics(Map<String, Double> recorded, Map<String, Double> made) {
        List<String> different = made.entrySet().stream().filter(metric -> !MachineMetrics.holds(metric.getKey())
                && !metric.getValue().equals(recorded.get(metric.getKey()))).map(Map.Entry::getKey).sorted().toList();
        return different.isEmpty() ? List.of() : List.of("metrics: " + String.join(", ", different));
    }

    private static void delete(Path scratch) throws IOException {
        try (Stream<Path> files = Files.walk(scratch)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
