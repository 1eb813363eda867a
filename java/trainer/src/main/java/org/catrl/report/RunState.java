package org.catrl.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** Where a run stands, as far as its folder tells. */
enum RunState {
    /** Written to not long ago, and no end is recorded. */
    RUNNING,
    /** Its summary is written. */
    FINISHED,
    /** It stopped itself. */
    STOPPED,
    /** It was asked to pause, and can be resumed. */
    INTERRUPTED,
    /** No end is recorded, and nothing has been written for a long time: killed, or the machine went down. */
    ENDED;

    private static final Duration SILENCE = Duration.ofMinutes(5);
    private static final int SILENT_STEPS = 10;
    private static final String LAST_WORD = "SELECT kind FROM event WHERE kind IN ('resumed', 'stopped', 'interrupted')"
            + " ORDER BY id DESC LIMIT 1";

    /** The state at a moment. @param now the moment */
    static RunState of(Path folder, RunDatabase run, Instant now) {
        String last = run.first(LAST_WORD, row -> row.getString(1)).orElse("");
        if (last.equals("stopped")) {
            return STOPPED;
        } else if (Files.isRegularFile(folder.resolve("summary.json"), LinkOption.NOFOLLOW_LINKS)) {
            return FINISHED;
        } else if (last.equals("interrupted")) {
            return INTERRUPTED;
        }
        return changed(folder).plus(patience(run)).isAfter(now) ? RUNNING : ENDED;
    }

    /** A run is silent for the time of a step, which may be long; not for that of many. */
    private static Duration patience(RunDatabase run) {
        double longest = run.first("SELECT max(seconds) FROM (SELECT seconds FROM step ORDER BY step DESC LIMIT 10)",
                row -> row.getDouble(1)).orElse(0.0);
        Duration steps = Duration.ofMillis((long) (SILENT_STEPS * longest * 1000));
        return steps.compareTo(SILENCE) > 0 ? steps : SILENCE;
    }

    /** The moment at which the record was last written to. */
    static Instant changed(Path folder) {
        Instant database = modified(folder.resolve(RunDatabase.NAME)).orElse(Instant.EPOCH);
        Instant log = modified(folder.resolve(RunDatabase.NAME + "-wal")).orElse(Instant.EPOCH);
        return log.isAfter(database) ? log : database;
    }

    private static Optional<Instant> modified(Path file) {
        try {
            return Optional.of(Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant());
        } catch (IOException e) {
            return Optional.empty(); // the log is only there while the record is open
        }
    }

    /** The state's name on the page. */
    String spelled() {
        return name().toLowerCase(Locale.ROOT);
    }
}
