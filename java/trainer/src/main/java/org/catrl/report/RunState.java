package org.catrl.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;

/** Where a run stands, as far as its folder tells. */
enum RunState {
    /** Its process lives, or, where that cannot be known, it was written to not long ago; no end is recorded. */
    RUNNING,
    /** Its summary is written. */
    FINISHED,
    /** It stopped itself. */
    STOPPED,
    /** It was asked to pause, and can be resumed. */
    INTERRUPTED,
    /** No end is recorded and no process works on it: killed, or the machine went down. */
    ENDED;

    private static final Duration SILENCE = Duration.ofMinutes(5);
    private static final int SILENT_STEPS = 10;
    private static final String LAST_WORD = "SELECT kind FROM event WHERE kind IN ('resumed', 'stopped', 'interrupted')"
            + " ORDER BY id DESC LIMIT 1";

    /** The state at a moment. @param now the moment */
    static RunState of(Path folder, RunTables run, Instant now) {
        String last = run.first(LAST_WORD, row -> row.getString(1)).orElse("");
        if (last.equals("stopped")) {
            return STOPPED;
        } else if (Files.isRegularFile(folder.resolve("summary.json"), LinkOption.NOFOLLOW_LINKS)) {
            return FINISHED;
        } else if (last.equals("interrupted")) {
            return INTERRUPTED;
        }
        return lives(run).orElseGet(() -> changed(folder).plus(patience(run)).isAfter(now)) ? RUNNING : ENDED;
    }

    /** Whether the last process that worked on a run is still there; empty where it was on another machine. */
    private static Optional<Boolean> lives(RunTables run) {
        Optional<ObjectNode> start = run.first("SELECT host, time FROM start ORDER BY id DESC LIMIT 1", Json::row);
        String[] process = start.map(last -> last.path("host").asText()).orElse("").split("@", 2);
        String self = ManagementFactory.getRuntimeMXBean().getName();
        if (process.length < 2 || !process[0].matches("\\d{1,18}") || !self.endsWith("@" + process[1])) {
            return Optional.empty();
        }
        return Optional.of(ProcessHandle.of(Long.parseLong(process[0])).filter(found ->
                beganBefore(found, start.get().path("time").asText())).isPresent());
    }

    /** A process that began after the run's did has got its number from the system anew. */
    private static boolean beganBefore(ProcessHandle process, String time) {
        try {
            Instant run = Instant.parse(time).plusSeconds(1);
            return process.info().startInstant().map(begun -> !begun.isAfter(run)).orElse(true);
        } catch (DateTimeParseException e) {
            return true;
        }
    }

    /** A run is silent for the time of a step, which may be long; not for that of many. */
    private static Duration patience(RunTables run) {
        double longest = run.first("SELECT max(seconds) FROM (SELECT seconds FROM step ORDER BY step DESC LIMIT 10)",
                row -> row.getDouble(1)).orElse(0.0);
        Duration steps = Duration.ofMillis((long) (SILENT_STEPS * longest * 1000));
        return steps.compareTo(SILENCE) > 0 ? steps : SILENCE;
    }

    /** The moment at which the record was last written to. */
    static Instant changed(Path folder) {
        Instant database = modified(folder.resolve(RunTables.NAME)).orElse(Instant.EPOCH);
        Instant log = modified(folder.resolve(RunTables.NAME + "-wal")).orElse(Instant.EPOCH);
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
