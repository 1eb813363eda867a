package org.catrl.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.DataFormatException;
import org.catrl.record.GroupRecord.Answer;
import org.catrl.record.GroupRecord.Criterion;
import org.catrl.record.GroupRecord.Drawn;
import org.catrl.record.GroupRecord.Part;
import org.catrl.record.GroupRecord.Prompt;
import org.catrl.record.GroupRecord.Reference;
import org.catrl.record.GroupRecord.Rollout;
import org.catrl.record.GroupRecord.Rubric;
import org.catrl.record.GroupRecord.Verdict;

/** Reads groups from their tables. */
final class GroupQuery {
    /** What is made of one row. */
    interface Row<T> {
        /** The value of the row at hand. */
        T read(ResultSet row) throws SQLException, DataFormatException, JsonProcessingException;
    }

    private final Connection connection;

    GroupQuery(Connection connection) {
        this.connection = connection;
    }

    /** The groups of a step, in order. */
    List<GroupRecord> ofStep(int step) throws SQLException, DataFormatException, JsonProcessingException {
        return rows("SELECT * FROM sampled_group WHERE step = ? ORDER BY position", this::group, step);
    }

    private GroupRecord group(ResultSet row) throws SQLException, DataFormatException, JsonProcessingException {
        long id = row.getLong("id");
        List<Double> weights = RecordJson.read(row.getString("weights"), new TypeReference<List<Double>>() { });
        Reference reference = new Reference(row.getString("reference"), row.getString("answer"),
                row.getString("source"), row.getDouble("confidence"), row.getString("abstained"), weights);
        return new GroupRecord(row.getInt("step"), row.getInt("position"),
                new Prompt(row.getInt("prompt_id"), row.getString("prompt"), Blobs.ints(row.getBytes("prompt_ids"))),
                row.getBoolean("whole"), row.getObject("weights_version") == null ? null
                : Integer.valueOf(row.getInt("weights_version")), reference, row.getString("majority"),
                RecordJson.read(row.getString("rubric"), new TypeReference<Rubric>() { }), criteria(id), rollouts(id));
    }

    private List<Criterion> criteria(long group) throws SQLException, DataFormatException, JsonProcessingException {
        return rows("SELECT * FROM criterion WHERE group_id = ? ORDER BY position", row -> new Criterion(
                row.getString("part"), row.getString("text"), row.getDouble("points"), row.getBoolean("veto"),
                row.getBoolean("used"), flag(row, "of_reference"), row.getString("reply")), group);
    }

    private List<Rollout> rollouts(long group) throws SQLException, DataFormatException, JsonProcessingException {
        return rows("SELECT * FROM rollout WHERE group_id = ? ORDER BY position", row -> rollout(group, row), group);
    }

    private Rollout rollout(long group, ResultSet row)
            throws SQLException, DataFormatException, JsonProcessingException {
        int position = row.getInt("position");
        String text = row.getString("text");
        Drawn drawn = new Drawn(row.getString("finish"), row.getInt("tokens"), Blobs.ints(row.getBytes("ids")),
                Blobs.floats(row.getBytes("log_probs")));
        Answer answer = new Answer(row.getBoolean("text_is_answer") ? text : row.getString("answer"),
                row.getString("no_answer"));
        Rollout rollout = new Rollout(text, drawn, answer, number(row, "reward"), row.getDouble("advantage"),
                row.getBoolean("used"), row.getString("evidence"), parts(group, position), verdicts(group, position));
        return rollout.evidence() != null ? rollout : rollout.withEvidence(rollout.evidenceOfParts());
    }

    private List<Part> parts(long group, int rollout)
            throws SQLException, DataFormatException, JsonProcessingException {
        return rows("SELECT * FROM part WHERE group_id = ? AND rollout = ? ORDER BY position", row -> new Part(
                row.getString("name"), row.getDouble("weight"), number(row, "value"), row.getString("evidence")),
                group, rollout);
    }

    private List<Verdict> verdicts(long group, int rollout)
            throws SQLException, DataFormatException, JsonProcessingException {
        return rows("SELECT * FROM verdict WHERE group_id = ? AND rollout = ? ORDER BY criterion", row -> new Verdict(
                row.getInt("criterion"), flag(row, "met"), row.getString("reply"), row.getString("failure"),
                row.getInt("calls"), number(row, "seconds")), group, rollout);
    }

    /** What a query finds, row by row. */
    <T> List<T> rows(String sql, Row<T> read, Object... parameters)
            throws SQLException, DataFormatException, JsonProcessingException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            List<T> found = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(read.read(rows));
                }
            }
            return found;
        }
    }

    /** A number; null where the column is. */
    static Double number(ResultSet row, String column) throws SQLException {
        return row.getObject(column) == null ? null : Double.valueOf(row.getDouble(column));
    }

    private static Boolean flag(ResultSet row, String column) throws SQLException {
        return row.getObject(column) == null ? null : Boolean.valueOf(row.getBoolean(column));
    }
}
