package org.catrl.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.catrl.record.GroupRecord.Drawn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is recorded comes back, whatever it is and whenever it is read. */
class RunRecordTest {
    @TempDir
    Path parent;

    private RunRecord begin(int wholeGroups) {
        return RunRecord.begin(RunFolder.create(parent.resolve("run")), Map.of("kind", "train"), wholeGroups);
    }

    private RunReader reader() {
        return RunReader.open(parent.resolve("run"));
    }

    @Test
    void allThatIsRecordedComesBack() {
        StartRecord start = new StartRecord(0, "2026-11-27T19:00:00Z", "cpu", "asked for", "0.1", "1@host");
        try (RunRecord record = begin(2)) {
            record.started(start);
            record.evaluation(new EvaluationRecord(EvaluationRecord.BEFORE, "before", Map.of("eval_x", 0.5)));
            record.step(Records.step(0));
            record.event("checkpoint", "checkpoint-1");
            record.problem(0, "eval", Map.of("promptId", 3));
        }
        try (RunReader reader = reader()) {
            assertEquals("train", reader.facts().get("kind"));
            assertEquals(List.of(start), reader.starts());
            assertEquals(Map.of("eval_x", 0.5), reader.evaluations().get(0).metrics());
            assertEquals(Records.step(0).metrics(), reader.metrics(0));
            assertEquals(Map.of(0, 0.25), reader.metric("reward"));
            assertEquals(Records.step(0).stages(), reader.stages(0));
            assertEquals(Records.step(0).groups(), reader.groups(0));
            assertEquals(List.of("{\"promptId\":3}"), reader.problems());
            assertEquals("checkpoint-1", reader.events().get(0).message());
            assertEquals(0, reader.events().get(0).step(), "that of the step it came after");
            assertEquals(0.5, reader.steps().get(0).seconds());
        }
    }

    /** A checkpoint is told when it is written, a step later maybe; a run that goes on from it keeps that it stands. */
    @Test
    void anEventOfAnEarlierStepStaysWithThatStep() {
        try (RunRecord record = begin(1)) {
            record.step(Records.step(0));
            record.step(Records.step(1));
            record.event(0, "checkpoint", "checkpoint-1");
            record.event("guard", "of step 2");
            record.rollBack(1);
        }
        try (RunReader reader = reader()) {
            assertEquals(List.of("checkpoint-1"), reader.events().stream().map(EventRecord::message).toList());
        }
    }

    @Test
    void everyBitOfTokensComesBack() {
        int bits = 0x7fc12345; // a NaN of its own
        try (RunRecord record = begin(2)) {
            GroupRecord group = Records.group(0, 0);
            Drawn drawn = new Drawn("length", 2, new int[] {Integer.MIN_VALUE, -1},
                    new float[] {Float.intBitsToFloat(bits), -0.0f});
            GroupRecord.Rollout was = group.rollouts().get(0);
            record.step(new StepRecord(0, 1, Map.of(), List.of(), List.of(new GroupRecord(0, 0, group.prompt(), true,
                    null, group.reference(), null, null, List.of(), List.of(new GroupRecord.Rollout("", drawn,
                    was.answer(), -0.0, Double.MIN_VALUE, true, "", List.of(), List.of()))))));
        }
        try (RunReader reader = reader()) {
            GroupRecord.Rollout rollout = reader.groups(0).get(0).rollouts().get(0);
            assertEquals(bits, Float.floatToRawIntBits(rollout.drawn().logProbs()[0]));
            assertEquals(Float.floatToRawIntBits(-0.0f), Float.floatToRawIntBits(rollout.drawn().logProbs()[1]));
            assertEquals(Integer.MIN_VALUE, rollout.drawn().ids()[0]);
            assertEquals(Double.MIN_VALUE, rollout.advantage());
            assertNull(reader.groups(0).get(0).weightsVersion());
        }
    }

    @Test
    void hostileTextComesBackOrAsTheReplacementCharacter() {
        List<String> texts = List.of("a\0b", "\ud83d\ude00 \u202e", "'); DROP TABLE rollout; --", "<script>alert(1)",
                "\u001b[2J", "x".repeat(1 << 20), "");
        try (RunRecord record = begin(100)) {
            for (int i = 0; i < texts.size(); i++) {
                record.step(new StepRecord(i, 1, Map.of(), List.of(), List.of(Records.group(i, 0, texts.get(i)))));
            }
            record.step(new StepRecord(texts.size(), 1, Map.of("a'\0\ud800", 1.0), List.of(),
                    List.of(Records.group(texts.size(), 0, "half \ud800 \udc00."))));
        }
        try (RunReader reader = reader()) {
            for (int i = 0; i < texts.size(); i++) {
                assertEquals(texts.get(i), reader.groups(i).get(0).rollouts().get(0).text());
            }
            assertEquals("half \ufffd \ufffd.", reader.groups(texts.size()).get(0).rollouts().get(0).text());
            assertEquals(Map.of("a'\0\ufffd", 1.0), reader.metrics(texts.size()));
        }
    }

    @Test
    void groupsBehindTheWholeOnesKeepTheirRewards() {
        try (RunRecord record = begin(1)) {
            record.step(Records.step(0));
            record.groups(List.of(Records.group(1, 0), Records.group(1, 1)));
        }
        try (RunReader reader = reader()) {
            assertEquals(Records.step(0).groups().get(0), reader.groups(0).get(0));
            assertEquals(Records.step(0).groups().get(1).thin(), reader.groups(0).get(1));
            GroupRecord.Rollout thin = reader.groups(0).get(1).rollouts().get(0);
            assertEquals(1.0, thin.reward());
            assertNull(thin.text());
            assertEquals(List.of(Records.group(1, 0), Records.group(1, 1)), reader.groups(1), "a failed step's, whole");
        }
    }

    /** So that it can be copied, and read from a disk that cannot be written to. */
    @Test
    void whatIsLeftIsOneFileThatReadersLeaveAsItIs() throws IOException {
        try (RunRecord record = begin(2)) {
            record.step(Records.step(0));
        }
        try (RunReader reader = reader()) {
            assertEquals(1, reader.steps().size());
        }
        try (Stream<Path> files = Files.list(parent.resolve("run"))) {
            assertEquals(List.of("run.db"), files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("run.db")).toList());
        }
    }

    /** While it is written, by a reader of another connection; nothing of a step is there before all of it is. */
    @Test
    void itCanBeReadWhileItIsWritten() {
        try (RunRecord record = begin(2); RunReader reader = reader()) {
            for (int step = 0; step < 20; step++) {
                record.step(Records.step(step));
                List<RunReader.Step> made = reader.steps();
                if (!made.isEmpty()) {
                    assertEquals(2, reader.groups(made.get(made.size() - 1).step()).size());
                }
            }
            record.flush();
            assertEquals(20, reader.steps().size());
        }
    }

    /** A copy of the files in the middle of a run is what a process that is killed leaves. */
    @Test
    void whatAKilledProcessLeavesIsReadAndGoesOn() throws IOException {
        Path killed = Files.createDirectories(parent.resolve("killed"));
        try (RunRecord record = begin(2)) {
            record.step(Records.step(0));
            record.flush();
            for (String name : List.of("run.db", "run.db-wal")) {
                Process copy = new ProcessBuilder("cp", parent.resolve("run").resolve(name).toString(),
                        killed.toString()).start(); // in this process a copy would let go of SQLite's locks
                assertEquals(0, copy.waitFor());
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        try (RunReader reader = RunReader.open(killed)) {
            assertEquals(Records.step(0).groups(), reader.groups(0));
        }
        Files.createDirectory(killed.resolve("checkpoint-1"));
        try (RunRecord record = RunRecord.open(RunFolder.reopen(killed), 2)) {
            record.step(Records.step(1));
        }
        try (RunReader reader = RunReader.open(killed)) {
            assertEquals(List.of(0, 1), reader.stepsOfGroups());
        }
    }

    @Test
    void goingBackLeavesTheRecordOfARunThatNeverWentFurther() throws IOException {
        RunFolder longer = RunFolder.create(parent.resolve("longer"));
        try (RunRecord record = begin(1); RunRecord other = RunRecord.begin(longer, Map.of("kind", "train"), 1)) {
            for (RunRecord each : List.of(record, other)) {
                each.evaluation(new EvaluationRecord(EvaluationRecord.BEFORE, "before", Map.of()));
                each.step(Records.step(0));
                each.step(Records.step(1));
            }
            other.step(Records.step(2));
            other.evaluation(new EvaluationRecord(3, "after", Map.of()));
            other.groups(List.of(Records.group(3, 0)));
            other.rollBack(1);
            other.step(Records.step(1));
        }
        assertEquals(RecordDigest.of(parent.resolve("run")), RecordDigest.of(parent.resolve("longer")));
        Files.createDirectory(parent.resolve("longer/checkpoint-1"));
        try (RunRecord other = RunRecord.open(RunFolder.reopen(parent.resolve("longer")), 1)) {
            other.rollBack(1);
        }
        String rolledBack = RecordDigest.of(parent.resolve("longer"));
        assertTrue(!rolledBack.equals(RecordDigest.of(parent.resolve("run"))), "the digest sees a step less");
    }

    /** A run that goes on from checkpoint-1 does not make its first step again, nor what was told of it. */
    @Test
    void whatHappenedInTheStepsThatStayStays() {
        try (RunRecord record = begin(1)) {
            record.step(Records.step(0));
            record.event("guard", "of the first step");
            record.event("checkpoint", "checkpoint-1");
            record.step(Records.step(1));
            record.event("guard", "of the second step");
            record.event("interrupted", "paused after 2 steps");
            record.rollBack(1);
            record.event("resumed", "from checkpoint-1");
        }
        try (RunReader reader = reader()) {
            assertEquals(List.of("0 guard", "0 checkpoint", "1 interrupted", "0 resumed"),
                    reader.events().stream().map(event -> event.step() + " " + event.kind()).toList());
        }
    }

    @Test
    void whatIsNoRecordIsToldByName() throws IOException, SQLException {
        Path folder = Files.createDirectories(parent.resolve("a?b#c%20"));
        assertRefused(folder, "there is no record");
        Files.createFile(folder.resolve("run.db"));
        assertRefused(folder, "run.db: the record is empty: the run ended before it began");
        Files.write(folder.resolve("run.db"), "no database at all, but some text of more than sixteen bytes"
                .getBytes(StandardCharsets.UTF_8));
        assertRefused(folder, "run.db: cannot be read: it is no SQLite database");
        Files.delete(folder.resolve("run.db"));
        RunRecord.begin(RunFolder.create(folder), Map.of(), 0).close();
        RunReader.open(folder).close();
        try (Connection connection = RunDatabase.reopen(folder.resolve("run.db"))) {
            RunDatabase.execute(connection, "PRAGMA user_version = 9");
        }
        assertRefused(folder, "run.db: is in format 9; this version reads and writes format 1");
        Files.createDirectory(folder.resolve("checkpoint-1"));
        assertThrows(RecordException.class, () -> RunRecord.open(RunFolder.reopen(folder), 0));
        Files.delete(folder.resolve("checkpoint-1"));
        Files.delete(folder.resolve("run.db"));
        try (Connection connection = RunDatabase.open(folder.resolve("run.db"))) {
            RunDatabase.execute(connection, "PRAGMA application_id = 7");
        }
        assertRefused(folder, "run.db: is no record of a run");
    }

    private static void assertRefused(Path folder, String part) {
        String message = assertThrows(RecordException.class, () -> RunReader.open(folder)).getMessage();
        assertTrue(message.contains(part) && message.startsWith(folder.toString()), message);
    }

    /** A database that may not grow is a disk that is full. */
    @Test
    void aFullDiskIsToldByTheNextCallWithFileAndStepAndNothingOfTheStepStays() throws SQLException {
        RunRecord record = begin(2);
        record.step(Records.step(0));
        record.limitPages(40);
        GroupRecord large = Records.group(1, 0, randomText());
        record.step(new StepRecord(1, 1, Map.of("reward", 1.0), List.of(), List.of(large)));
        String message = assertThrows(RecordException.class, record::flush).getMessage();
        assertEquals(parent.resolve("run/run.db") + ": step 1 cannot be written: No space left on device", message);
        assertThrows(RecordException.class, () -> record.step(Records.step(2)));
        record.close();
        try (RunReader reader = reader()) {
            assertEquals(1, reader.steps().size());
            assertEquals(Map.of(), reader.metrics(1));
        }
    }

    /** One that is told to nobody before is told at the end. */
    @Test
    void aFailureIsNotLost() {
        RunRecord record = begin(2);
        record.limitPages(40);
        record.step(new StepRecord(0, 1, Map.of(), List.of(), List.of(Records.group(0, 0, randomText()))));
        assertThrows(RecordException.class, record::close);
    }

    private static String randomText() {
        return "some text that is not deflated ".repeat(50_000);
    }
}
