package org.catrl.record;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A digest of all that two runs of one recipe and seed have in common to the bit: every row of the record in order, but
 * times, what the process took of the machine, and who worked on it when.
 */
public final class RecordDigest {
    /** Tables and the order of their rows. */
    private static final Map<String, String> TABLES = new LinkedHashMap<>();
    /** Columns of time. */
    private static final Set<String> TIMES = Set.of("seconds", "time");
    /** Facts that two folders and two versions may differ in. */
    private static final Set<String> FACTS = Set.of("recipe", "sha256/recipe", "version");

    static {
        TABLES.put("fact", "name");
        TABLES.put("step", "step");
        TABLES.put("metric", "step, name");
        TABLES.put("evaluation", "step, name");
        TABLES.put("problem", "id");
        TABLES.put("stage", "step, name");
        TABLES.put("sampled_group", "id");
        TABLES.put("criterion", "group_id, position");
        TABLES.put("rollout", "group_id, position");
        TABLES.put("part", "group_id, rollout, position");
        TABLES.put("verdict", "group_id, rollout, criterion");
    }

    private RecordDigest() { }

    /** The digests of a run's tables, one a line, so that a difference names the table. */
    public static String of(Path run) {
        StringBuilder all = new StringBuilder();
        try (Connection connection = RunDatabase.read(run.resolve(RunDatabase.NAME))) {
            for (Map.Entry<String, String> table : TABLES.entrySet()) {
                all.append(table.getKey()).append(' ').append(of(connection, table.getKey(), table.getValue()))
                        .append('\n');
            }
        } catch (SQLException e) {
            throw new IllegalStateException(run + ": " + e.getMessage(), e);
        }
        return all.toString();
    }

    private static String of(Connection connection, String table, String order) throws SQLException {
        MessageDigest digest = org.catrl.text.Sha256.digest();
        int rows = 0;
        try (Statement statement = connection.createStatement();
             ResultSet row = statement.executeQuery("SELECT * FROM " + table + " ORDER BY " + order)) {
            while (row.next()) {
                rows += add(digest, table, row);
            }
        }
        return rows + " rows " + HexFormat.of().formatHex(digest.digest());
    }

    private static int add(MessageDigest digest, String table, ResultSet row) throws SQLException {
        if (table.equals("metric") && MachineMetrics.holds(row.getString("name"))
                || table.equals("fact") && FACTS.contains(row.getString("name"))) {
            return 0;
        }
        ResultSetMetaData columns = row.getMetaData();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
            if (!TIMES.contains(columns.getColumnName(i))) {
                Object value = row.getObject(i);
                String text = value instanceof byte[] bytes ? Arrays.toString(bytes) : String.valueOf(value);
                digest.update((columns.getColumnName(i) + "=" + text + "\0").getBytes(StandardCharsets.UTF_8));
            }
        }
        return 1;
    }
}
