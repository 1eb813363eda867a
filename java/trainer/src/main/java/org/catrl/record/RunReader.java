package org.catrl.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.DataFormatException;

/**
 * A reader of a run's record, of one that has ended, was killed, or is being written by another process. What cannot be
 * read is a {@link RecordException} that names the file.
 *
 * <pre>{@code
 * try (RunReader run = RunReader.open(Path.of("runs/mine"))) {
 *     System.out.println(run.metrics(36).get("reward") + " " + run.groups(36).size());
 * }
 * }</pre>
 */
public final class RunReader implements AutoCloseable {
    /** Something that is read. */
    private interface Query<T> {
        /** What the database says. */
        T read() throws SQLException, DataFormatException, JsonProcessingException;
    }

    /**
     * A step that was made.
     *
     * @param step    counted from 0
     * @param time    when it was recorded, in seconds since 1970
     * @param seconds what it took
     */
    public record Step(int step, double time, double seconds) { }

    private final Path file;
    private final Connection connection;
    private final GroupQuery query;

    private RunReader(Path file, Connection connection) {
        this.file = file;
        this.connection = connection;
        this.query = new GroupQuery(connection);
    }

    /**
     * Opens the record of a run.
     *
     * @param run the folder of the run
     * @throws RecordException when there is no record, or of another format
     */
    public static RunReader open(Path run) {
        Path file = run.resolve(RunDatabase.NAME);
        return new RunReader(file, RunDatabase.read(file));
    }

    /**
     * The tables of a run's record, for queries of one's own; {@code run.sql} says what they hold. Whoever asks for the
     * connection closes it.
     *
     * @param run the folder of the run
     * @throws RecordException when there is no record, or of another format
     */
    public static Connection connect(Path run) {
        return RunDatabase.read(run.resolve(RunDatabase.NAME));
    }

    /** Whether a folder is that of a run. */
    public static boolean isRun(Path folder) {
        return RunFolder.isRun(folder);
    }

    private <T> T read(Query<T> wanted) {
        try {
            return wanted.read();
        } catch (SQLException | DataFormatException | JsonProcessingException e) {
            throw RunDatabase.unreadable(file, e);
        }
    }

    private <T> List<T> rows(String sql, GroupQuery.Row<T> row, Object... parameters) {
        return read(() -> query.rows(sql, row, parameters));
    }

    /** What holds for the whole run, by name: kind, name, recipe, sha256/weights ... */
    public Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        rows("SELECT name, value FROM fact ORDER BY name",
                row -> facts.put(row.getString("name"), row.getString("value")));
        return facts;
    }

    /** The processes that worked on the run, in order. */
    public List<StartRecord> starts() {
        return rows("SELECT * FROM start ORDER BY id", row -> new StartRecord(row.getInt("step"),
                row.getString("time"), row.getString("backend"), row.getString("why"), row.getString("version"),
                row.getString("host")));
    }

    /** The steps that were made, in order. */
    public List<Step> steps() {
        return rows("SELECT * FROM step ORDER BY step", row -> new Step(row.getInt("step"), row.getDouble("time"),
                row.getDouble("seconds")));
    }

    /** The metrics of a step by name; NaN where one was not finite. Empty where the step was not made. */
    public Map<String, Double> metrics(int step) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        rows("SELECT name, value FROM metric WHERE step = ? ORDER BY name", row -> metrics.put(row.getString("name"),
                nan(GroupQuery.number(row, "value"))), step);
        return metrics;
    }

    /** The values of one metric by step. */
    public Map<Integer, Double> metric(String name) {
        Map<Integer, Double> values = new LinkedHashMap<>();
        rows("SELECT step, value FROM metric WHERE name = ? ORDER BY step", row -> values.put(row.getInt("step"),
                nan(GroupQuery.number(row, "value"))), name);
        return values;
    }

    private static double nan(Double value) {
        return value == null ? Double.NaN : value;
    }

    /** The evaluations, in order. */
    public List<EvaluationRecord> evaluations() {
        return rows("SELECT * FROM evaluation ORDER BY step, rowid", row -> new EvaluationRecord(row.getInt("step"),
                row.getString("name"), RecordJson.metrics(row.getString("metrics"))));
    }

    /** The problems of evaluations one by one, as JSON. */
    public List<String> problems() {
        return rows("SELECT problem FROM problem ORDER BY id", row -> row.getString("problem"));
    }

    /** What the parts of a step took. */
    public List<StageRecord> stages(int step) {
        return rows("SELECT * FROM stage WHERE step = ? ORDER BY name", row -> new StageRecord(row.getString("name"),
                row.getDouble("seconds"), row.getLong("calls"), row.getLong("tokens_read"),
                row.getLong("tokens_written")), step);
    }

    /** The groups of a step, in order; those of a step that failed too. */
    public List<GroupRecord> groups(int step) {
        return read(() -> query.ofStep(step));
    }

    /** The steps that have groups, in order; one that failed may be the last. */
    public List<Integer> stepsOfGroups() {
        return rows("SELECT DISTINCT step FROM sampled_group ORDER BY step", row -> row.getInt("step"));
    }

    /** What happened, in order. */
    public List<EventRecord> events() {
        return rows("SELECT * FROM event ORDER BY id", row -> new EventRecord(row.getInt("step"),
                row.getDouble("time"), row.getString("kind"), row.getString("message")));
    }

    /** The folder of the run. */
    public Path folder() {
        return file.getParent();
    }

    @Override
    public void close() {
        read(() -> {
            connection.close();
            return file;
        });
    }
}
