package org.catrl.run;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.catrl.aggregate.Aggregator;
import org.catrl.cli.Machine;
import org.catrl.cli.Progress;
import org.catrl.cli.ResultTable;
import org.catrl.cli.ScoreLine;
import org.catrl.cli.StepLine;
import org.catrl.cli.Terminal;
import org.catrl.compute.Ledger;
import org.catrl.evaluate.EvaluationReport;
import org.catrl.evaluate.GoldAggregator;
import org.catrl.evaluate.RubricEvaluation;
import org.catrl.recipe.TrainRecipe;
import org.catrl.record.Checkpoints;
import org.catrl.record.RunFolder;
import org.catrl.text.AnswerFormat;
import org.catrl.train.Policy;
import org.catrl.train.StepReport;
import org.catrl.train.Trainer;

/** One training run: measure, train, measure again; all of it recorded. */
public final class TrainingRun {
    private final TrainRecipe recipe;
    private final Task task;
    private final Policy policy;
    private final ModelRoles roles;
    private final Ledger ledger;
    private final RunFolder record;
    private final PrintWriter out;
    private final AggregatorFactory teachers;
    private final Evaluations measurement;

    public TrainingRun(TrainRecipe recipe, Task task, Policy policy, ModelRoles roles, Ledger ledger, RunFolder record, PrintWriter out) {
        this.recipe = recipe;
        this.task = task;
        this.policy = policy;
        this.roles = roles;
        this.ledger = ledger;
        this.record = record;
        this.out = out;
        this.teachers = new AggregatorFactory(recipe);
        this.measurement = new Evaluations(recipe, task, roles.anchor(), out);
    }

    public void run() throws IOException {
        record.recipe(recipe);
        Map<String, EvaluationReport> reports = new LinkedHashMap<>();
        Map<String, RubricEvaluation.Report> scores = new LinkedHashMap<>();
        measure("before", reports, scores);
        long start = System.nanoTime();
        train();
        double seconds = (System.nanoTime() - start) / 1e9;
        measure("after", reports, scores);
        Checkpoints.save(record.model(), policy::save);
        record.summary(summary(reports, scores, seconds));
        if (!reports.isEmpty()) {
            out.print("\n" + ResultTable.of(reports));
        }
        scores.forEach((name, score) -> out.printf(Locale.ROOT, "%-8s%s%n", name, ScoreLine.of(score)));
        out.printf(Locale.ROOT, "%ntrained %d steps in %.0f s; record and model: %s%n", recipe.maxSteps(), seconds,
                record.folder());
    }

    private void measure(String when, Map<String, EvaluationReport> reports,
                         Map<String, RubricEvaluation.Report> scores) {
        measurement.heldOut(when, policy).ifPresent(report -> reports.put(when, report));
        measurement.rubricScore(when, policy, roles::grader, roles.measuredRewards(teachers.format()))
                .ifPresent(score -> scores.put(when, score));
    }

    private void train() throws IOException {
        Checkpoints checkpoints = new Checkpoints(record.folder(), recipe.saveSteps(), recipe.saveTotalLimit());
        AnswerFormat format = teachers.format();
        Trainer trainer = new Trainer(policy, task.prompts(), aggregator(), roles.rewards(format), format,
                recipe.trainerSettings());
        try (Progress progress = Progress.of(out, Terminal.present(), "train", recipe.maxSteps(), recipe.maxSteps())) {
            for (int step = 0; step < recipe.maxSteps(); step++) {
                StepReport report = step(trainer, step, checkpoints);
                Map<String, Double> metrics = new LinkedHashMap<>(report.metrics());
                metrics.put("memory/ledger_bytes", (double) ledger.total());
                metrics.put("memory/resident_bytes", (double) Machine.residentBytes());
                probe(step).ifPresent(probe -> metrics.putAll(probe.metrics()));
                write(report, metrics);
                checkpoints.after(step + 1, policy::save);
                progress.at(step + 1, StepLine.of(metrics));
            }
        }
    }

    /** What runs out of memory says what is left of the run. */
    private static StepReport step(Trainer trainer, int step, Checkpoints checkpoints) {
        try {
            return trainer.step(step);
        } catch (OutOfMemoryError e) {
            OutOfMemoryError told = new OutOfMemoryError("step " + step + ", " + e.getMessage() + "; "
                    + checkpoints.last().map(last -> "the last checkpoint is " + last)
                            .orElse("no checkpoint has been saved (save_steps)"));
            told.initCause(e);
            throw told;
        }
    }

    private Aggregator aggregator() {
        return switch (recipe.aggregator()) {
            case LABELS -> new GoldAggregator(task.labels());
            case CUSTOM -> teachers.custom(recipe.aggregatorName(), roles.anchor());
            default -> teachers.of(recipe.aggregator(), roles.teacher(recipe.aggregator()));
        };
    }

    private Optional<EvaluationReport> probe(int step) {
        int every = recipe.eval().every();
        return every > 0 && (step + 1) % every == 0 ? measurement.probe(policy) : Optional.empty();
    }

    private void write(StepReport report, Map<String, Double> metrics) {
        record.metrics(report.step(), metrics);
        report.groups().forEach(group -> record.group(GroupRecord.of(report.step(), group)));
    }

    private Map<String, Object> summary(Map<String, EvaluationReport> reports,
                                        Map<String, RubricEvaluation.Report> scores, double seconds) {
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("steps", recipe.maxSteps());
        summary.put("seconds", seconds);
        summary.put("sha256", policy.sha256());
        reports.forEach((name, report) -> summary.put(name, report.metrics()));
        scores.forEach((name, score) -> summary.put(name, score.metrics()));
        return summary;
    }
}
