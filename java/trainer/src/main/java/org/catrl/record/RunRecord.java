package org.catrl.record;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.catrl.text.Sha256;

/**
 * The record of a run that is going on: {@code run.db}, beside {@code recipe.yaml} and {@code summary.json}. Every step
 * is one transaction, written by a thread of its own. What cannot be written is told by the next call as a
 * {@link RecordException}.
 *
 * <pre>{@code
 * try (RunRecord record = RunRecord.begin(RunFolder.create(folder), Map.of("kind", "train"), 16)) {
 *     record.step(new StepRecord(0, 1.5, metrics, stages, groups));
 * }
 * }</pre>
 */
public final class RunRecord implements AutoCloseable {
    private static final List<String> TABLES = List.of("step", "metric", "evaluation", "problem", "stage",
            "sampled_group");
    private static final double NANOS = 1e9;

    private final RunFolder folder;
    private final Connection connection;
    private final RecordWriter writer;
    private final Inserts inserts;
    private final GroupRows groups;
    private final int wholeGroups;
    private Optional<MetricSink> metrics = Optional.empty();
    /** The last step that was made; -1 before the first. */
    private int last = -1;

    private RunRecord(RunFolder folder, Connection connection, int wholeGroups) {
        this.folder = folder;
        this.connection = connection;
        this.writer = new RecordWriter(folder.database(), connection);
        this.inserts = new Inserts(connection);
        this.groups = new GroupRows(connection, inserts);
        this.wholeGroups = wholeGroups;
    }

    /**
     * The record of a new run.
     *
     * @param folder      one that was just made
     * @param facts       what holds for the whole run
     * @param wholeGroups how many groups of a step are kept with their rollouts, the first ones; the others keep
     *                    prompt, reference and rewards
     */
    public static RunRecord begin(RunFolder folder, Map<String, String> facts, int wholeGroups) {
        RunRecord record = open(folder, wholeGroups);
        record.facts(facts);
        return record;
    }

    /**
     * The record of a run that goes on, or, where there is none, a new one. Nothing of it is taken back: see
     * {@link #rollBack}.
     *
     * @param folder closed with the record
     * @throws RecordException when it is of another format
     */
    public static RunRecord open(RunFolder folder, int wholeGroups) {
        try {
            return new RunRecord(folder, RunDatabase.open(folder.database()), wholeGroups);
        } catch (RuntimeException | Error e) {
            folder.close();
            throw e;
        }
    }

    /** Hands the metrics of steps and evaluations on to another place too, which is closed with the record. */
    public RunRecord metricsTo(MetricSink sink) {
        metrics = Optional.of(sink);
        return this;
    }

    /** The folder of the run. */
    public RunFolder folder() {
        return folder;
    }

    /** Records what holds for the whole run; the value of a name that is there already is replaced. */
    public void facts(Map<String, String> facts) {
        writer.add("the facts of the run", () -> {
            for (Map.Entry<String, String> fact : facts.entrySet()) {
                inserts.row("fact", fact.getKey(), fact.getValue());
            }
        });
    }

    /** Records that a process works on the run. */
    public void started(StartRecord start) {
        writer.add("the start", () -> inserts.row("start", null, start.step(), start.time(), start.backend(),
                start.why(), start.version(), start.host()));
    }

    /** Records a step, all of it or nothing. */
    public void step(StepRecord made) {
        last = made.step();
        double time = seconds();
        writer.add("step " + made.step(), () -> {
            inserts.row("step", made.step(), time, made.seconds());
            for (Map.Entry<String, Double> metric : made.metrics().entrySet()) {
                inserts.row("metric", made.step(), metric.getKey(), metric.getValue());
            }
            for (StageRecord stage : made.stages()) {
                inserts.row("stage", made.step(), stage.name(), stage.seconds(), stage.calls(), stage.tokensRead(),
                        stage.tokensWritten());
            }
            put(made.groups(), wholeGroups);
        });
        metrics.ifPresent(sink -> sink.step(made.step() + 1, made.metrics()));
    }

    /** Records the groups of a step that was not made, whole, as they tell why. */
    public void groups(List<GroupRecord> failed) {
        writer.now("the groups of a step that failed", () -> put(failed, failed.size()));
    }

    private void put(List<GroupRecord> all, int whole) throws SQLException {
        for (int i = 0; i < all.size(); i++) {
            groups.put(i < whole ? all.get(i) : all.get(i).thin());
        }
    }

    /** Records what an evaluation found. */
    public void evaluation(EvaluationRecord made) {
        writer.add("the evaluation " + made.name(), () -> inserts.row("evaluation", made.step(), made.name(),
                RecordJson.metrics(made.metrics())));
        metrics.filter(sink -> made.isHeldOut())
                .ifPresent(sink -> sink.evaluated(Math.max(made.step(), 0), made.metrics()));
    }

    /** Records one problem of an evaluation; records become objects. */
    public void problem(int ofStep, String evaluation, Object problem) {
        String json = RecordJson.line(problem);
        writer.add("a problem of " + evaluation, () -> inserts.row("problem", null, ofStep, evaluation, json));
    }

    /** Records that something happened after the last step: see {@link EventRecord}. */
    public void event(String kind, String message) {
        event(last, kind, message);
    }

    /**
     * Records that something happened that belongs to an earlier step.
     *
     * @param ofStep the step that it came after; -1 before the first
     */
    public void event(int ofStep, String kind, String message) {
        double time = seconds();
        writer.add("an event", () -> inserts.row("event", null, ofStep, time, kind, message));
    }

    private static double seconds() {
        Instant now = Instant.now();
        return now.getEpochSecond() + now.getNano() / NANOS;
    }

    /** Makes all that was recorded so far safe from a loss of power too; before a checkpoint stands. */
    public void flush() {
        writer.flush();
    }

    /**
     * Takes back all that came after so many steps. Who worked on the run, and where it was interrupted and resumed,
     * stays.
     *
     * @param steps those that stay
     */
    public void rollBack(int steps) {
        last = steps - 1;
        writer.now("the way back to step " + steps, () -> {
            for (String table : TABLES) {
                RunDatabase.execute(connection, "DELETE FROM " + table + " WHERE step >= " + steps);
            }
            RunDatabase.execute(connection, "DELETE FROM event WHERE step >= " + steps
                    + " AND kind NOT IN ('interrupted', 'resumed')");
        });
    }

    /** Keeps the database from growing beyond so many pages, as a full disk does; for tests. */
    void limitPages(int pages) {
        writer.now("a limit", () -> RunDatabase.execute(connection, "PRAGMA max_page_count = " + pages));
    }

    /** Writes {@code recipe.yaml}: the settings as they are in force, every default spelled out. */
    public void recipe(String yaml) {
        folder.recipe(yaml);
        facts(Map.of("recipe", yaml, "sha256/recipe", Sha256.of(yaml)));
    }

    /** Writes {@code summary.json}: what the run came to. */
    public void summary(Object summary) {
        flush();
        folder.summary(summary);
    }

    /** The place of the database. */
    public Path database() {
        return folder.database();
    }

    @Override
    public void close() {
        try (folder; MetricSink sink = metrics.orElse(null)) {
            writer.close();
        }
    }
}
