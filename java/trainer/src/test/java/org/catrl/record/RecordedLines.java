package org.catrl.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** What a run has recorded, as the JSON lines of its export. */
public final class RecordedLines {
    private RecordedLines() { }

    /** A line a step. */
    public static List<String> metrics(Path run) throws IOException {
        return lines(run, "metrics.jsonl");
    }

    /** A line a group. */
    public static List<String> groups(Path run) throws IOException {
        return lines(run, "groups.jsonl");
    }

    /** Changes a record, as nobody should. */
    public static void change(Path run, String sql) throws SQLException {
        try (Connection connection = RunDatabase.reopen(run.resolve(RunDatabase.NAME))) {
            RunDatabase.execute(connection, sql);
        }
    }

    private static List<String> lines(Path run, String name) throws IOException {
        Path out = Files.createTempDirectory("lines");
        try (RunReader reader = RunReader.open(run)) {
            JsonLinesExport.write(reader, out);
            return Files.readAllLines(out.resolve(name));
        } finally {
            Leftovers.delete(out);
        }
    }
}
