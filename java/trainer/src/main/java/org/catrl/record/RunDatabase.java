package org.catrl.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Opens {@code run.db}, the SQLite file of a run's record, and tells what is wrong with it. */
final class RunDatabase {
    /** The name of the file in a run's folder. */
    static final String NAME = "run.db";

    /** What marks a file as ours: "catr". */
    private static final int APPLICATION = 0x63617472;
    private static final int FORMAT = 1;
    private static final int WAIT_MILLIS = 10_000;
    private static final String SCHEMA = "run.sql";

    private RunDatabase() { }

    /** Opens the record of a run for writing; where there is none it is made. */
    static Connection open(Path file) {
        try {
            return Files.exists(file) && Files.size(file) > 0 ? reopen(file) : create(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static Connection create(Path file) {
        Connection connection = writable(file);
        try {
            execute(connection, "BEGIN IMMEDIATE");
            for (String statement : schema().replaceAll("(?m)^--.*$", "").split(";")) {
                if (!statement.isBlank()) {
                    execute(connection, statement);
                }
            }
            execute(connection, "PRAGMA application_id = " + APPLICATION);
            execute(connection, "PRAGMA user_version = " + FORMAT);
            execute(connection, "COMMIT");
            return connection;
        } catch (SQLException e) {
            throw closed(connection, RecordException.of(file, e));
        }
    }

    /**
     * Opens the record of a run that has begun, for writing.
     *
     * @throws RecordException when it is not there or none of ours
     */
    static Connection reopen(Path file) {
        requireThere(file);
        Connection connection = writable(file);
        requireOurs(connection, file);
        return connection;
    }

    /**
     * Makes the database one file without a journal, which can be copied, and read where nothing can be written. While
     * somebody reads it stays as it is, and is as good.
     */
    static void settle(Connection connection) throws SQLException {
        try {
            execute(connection, "PRAGMA busy_timeout = 0");
            execute(connection, "PRAGMA journal_mode = DELETE");
        } catch (SQLiteException e) {
            SQLiteErrorCode code = e.getResultCode();
            if (code != SQLiteErrorCode.SQLITE_BUSY && code != SQLiteErrorCode.SQLITE_LOCKED) {
                throw e;
            }
        }
    }

    /**
     * Opens a record for reading, while another process writes or after it was killed, in a folder that may be
     * read-only.
     *
     * @throws RecordException when it is not there or none of ours
     */
    static Connection read(Path file) {
        requireThere(file);
        boolean still = !Files.isWritable(file.toAbsolutePath().getParent())
                && !Files.exists(file.resolveSibling(NAME + "-wal"));
        Connection connection = readable(file, still ? "?immutable=1" : "");
        requireOurs(connection, file);
        return connection;
    }

    private static void requireThere(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new RecordException(file + ": there is no record; name the folder of a run that this version or a "
                    + "later one has written", null);
        }
    }

    private static Connection writable(Path file) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
        config.enforceForeignKeys(true);
        return open(file, "", config);
    }

    private static Connection readable(Path file, String parameters) {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        return open(file, parameters, config);
    }

    private static Connection open(Path file, String parameters, SQLiteConfig config) {
        config.setBusyTimeout(WAIT_MILLIS);
        try {
            return config.createConnection("jdbc:sqlite:" + file.toUri() + parameters);
        } catch (SQLException e) {
            throw new RecordException(file + ": cannot be opened: " + reason(e), e);
        }
    }

    private static void requireOurs(Connection connection, Path file) {
        try {
            long application = number(connection, "PRAGMA application_id");
            long format = number(connection, "PRAGMA user_version");
            if (application == 0 && format == 0 && number(connection, "SELECT count(*) FROM sqlite_master") == 0) {
                throw new RecordException(file + ": the record is empty: the run ended before it began", null);
            } else if (application != APPLICATION) {
                throw new RecordException(file + ": is no record of a run: its application_id is " + application
                        + " and not " + APPLICATION, null);
            } else if (format != FORMAT) {
                throw new RecordException(file + ": is in format " + format + "; this version reads and writes format "
                        + FORMAT + ". Use the version that wrote it, or start a new run", null);
            }
        } catch (SQLException e) {
            throw closed(connection, unreadable(file, e));
        } catch (RecordException e) {
            throw closed(connection, e);
        }
    }

    private static RecordException closed(Connection connection, RecordException told) {
        try {
            connection.close();
        } catch (SQLException e) {
            told.addSuppressed(e);
        }
        return told;
    }

    private static String schema() {
        try (InputStream in = RunDatabase.class.getResourceAsStream(SCHEMA)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("the schema " + SCHEMA + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Executes one statement without parameters. */
    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The one number that a query without parameters has for an answer. */
    static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
            return rows.getLong(1);
        }
    }

    /** An error of a record that cannot be read. */
    static RecordException unreadable(Path file, Exception cause) {
        return new RecordException(file + ": cannot be read: " + (cause instanceof SQLException sql ? reason(sql)
                : cause instanceof JsonProcessingException json ? json.getOriginalMessage() : cause.getMessage()),
                cause);
    }

    /** The database's reason in words. */
    static String reason(SQLException cause) {
        SQLiteErrorCode code = cause instanceof SQLiteException sqlite ? sqlite.getResultCode()
                : SQLiteErrorCode.UNKNOWN_ERROR;
        return switch (code) {
            case SQLITE_FULL -> "No space left on device";
            case SQLITE_READONLY, SQLITE_READONLY_DIRECTORY, SQLITE_READONLY_DBMOVED -> "it is read-only, or moved "
                    + "away";
            case SQLITE_BUSY, SQLITE_LOCKED -> "another process holds it";
            case SQLITE_NOTADB -> "it is no SQLite database";
            case SQLITE_CORRUPT -> "it is damaged";
            default -> cause.getMessage();
        };
    }
}
