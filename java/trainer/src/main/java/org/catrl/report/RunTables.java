package org.catrl.report;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.catrl.record.RecordException;
import org.catrl.record.RunFolderException;
import org.catrl.record.RunReader;

/**
 * The tables of a run's record, {@code run.db}, opened to be read alone: another process may write it meanwhile, and
 * what is read through one object is of one moment. It belongs to one thread at a time.
 */
final class RunTables implements AutoCloseable {
    static final String NAME = "run.db";

    /** What is made of the row that a result stands on. */
    interface Row<T> {
        /** The value that the row holds. */
        T of(ResultSet row) throws SQLException;
    }

    /** What is done with the row that a result stands on. */
    interface Visit {
        /** Takes what is wanted of the row. */
        void row(ResultSet row) throws SQLException;
    }

    private final Path file;
    private final Connection connection;

    private RunTables(Path file, Connection connection) {
        this.file = file;
        this.connection = connection;
    }

    /**
     * The record of the run in a folder.
     *
     * @throws RunFolderException when the folder holds none
     * @throws RecordException    when it cannot be read
     */
    static RunTables open(Path run) {
        Path file = run.resolve(NAME);
        if (!isIn(run)) {
            throw new RunFolderException(run + ": holds no " + NAME + "; name the folder of a run, as train and sft "
                    + "make it below runs/");
        }
        Connection connection = RunReader.connect(run);
        try {
            connection.setAutoCommit(false); // one moment
            return new RunTables(file, connection);
        } catch (SQLException e) {
            throw unreadable(file, e);
        }
    }

    /** Whether a folder holds a run's record, as a file of its own and not as a link to one. */
    static boolean isIn(Path run) {
        return Files.isRegularFile(run.resolve(NAME), LinkOption.NOFOLLOW_LINKS);
    }

    /** The rows of a query, in its order. @param arguments for its question marks */
    <T> List<T> list(String sql, Row<T> row, Object... arguments) {
        List<T> all = new ArrayList<>();
        each(sql, result -> all.add(row.of(result)), arguments);
        return all;
    }

    /** The first row of a query, if there is any. */
    <T> Optional<T> first(String sql, Row<T> row, Object... arguments) {
        return list(sql, row, arguments).stream().findFirst();
    }

    /** The number that a query counts. */
    int count(String sql, Object... arguments) {
        return first(sql, row -> row.getInt(1), arguments).orElse(0);
    }

    /** Visits each row of a query. */
    void each(String sql, Visit visit, Object... arguments) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < arguments.length; i++) {
                statement.setObject(i + 1, arguments[i]);
            }
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    visit.row(result);
                }
            }
        } catch (SQLException e) {
            throw unreadable(file, e);
        }
    }

    private static RecordException unreadable(Path file, SQLException e) {
        return new RecordException(file + ": cannot be read: " + e.getMessage(), e);
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw unreadable(file, e);
        }
    }
}
