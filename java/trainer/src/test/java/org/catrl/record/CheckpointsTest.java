package org.catrl.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint is whole, or it is not there; and training does not wait for it. */
class CheckpointsTest {
    private static final String STATE = "{\"format\": 1, \"step\": 0}";

    @TempDir
    Path run;

    private static Checkpoints.Saving writes(String text) {
        return folder -> {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("model"), text);
        };
    }

    private static Checkpoints.Saving failsHalfway() {
        return folder -> {
            writes("half").to(folder);
            throw new OutOfMemoryError("halfway");
        };
    }

    private static Checkpoints.Saving waitsFor(CountDownLatch latch, Checkpoints.Saving saving) {
        return folder -> {
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            saving.to(folder);
        };
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(run)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private void saveAll(int... steps) {
        try (Checkpoints checkpoints = new Checkpoints(run, 1, 0, 0)) {
            for (int done : steps) {
                checkpoints.save(done, STATE, () -> writes("step " + done));
            }
        }
    }

    private static void assertRefused(Class<? extends RuntimeException> type, String said, Executable action) {
        String message = assertThrows(type, action).getMessage();
        assertTrue(message.contains(said), message);
    }

    // ---- writing ---------------------------------------------------------------------------------------------------

    @Test
    void trainingGoesOnWhileOneIsWritten() throws IOException {
        CountDownLatch latch = new CountDownLatch(1);
        try (Checkpoints checkpoints = new Checkpoints(run, 1, 0, 0)) {
            checkpoints.save(1, STATE, () -> waitsFor(latch, writes("one")));
            assertEquals(List.of(), checkpoints.written(), "save has returned, and nothing is there yet");
            assertEquals(Optional.empty(), checkpoints.last());
            latch.countDown();
            checkpoints.await();
            List<Checkpoints.Written> written = checkpoints.written();
            assertEquals(1, written.size());
            assertEquals(run.resolve("checkpoint-1"), written.get(0).folder());
            assertEquals(List.of(), checkpoints.written(), "each is told once");
            assertEquals(STATE, Checkpoints.verify(run.resolve("checkpoint-1")));
        }
    }

    @Test
    void theSecondIsTakenWhenTheFirstIsWritten() throws Exception {
        CountDownLatch latch = new CountDownLatch(1);
        try (Checkpoints checkpoints = new Checkpoints(run, 1, 0, 0)) {
            checkpoints.save(1, STATE, () -> waitsFor(latch, writes("one")));
            Thread helper = new Thread(latch::countDown);
            helper.start();
            checkpoints.save(2, STATE, () -> {
                assertTrue(Files.exists(run.resolve("checkpoint-1")), "what the first wrote from is used again");
                return writes("two");
            });
            assertTrue(checkpoints.stallSeconds() > 0);
            helper.join();
        }
        assertEquals(List.of("checkpoint-1", "checkpoint-2"), names());
    }

    @Test
    void aFailureIsToldNextAndLeavesTheEarlierOneAsItWas() throws IOException {
        try (Checkpoints checkpoints = new Checkpoints(run, 1, 0, 0)) {
            checkpoints.save(1, STATE, () -> writes("good"));
            checkpoints.save(2, STATE, () -> failsHalfway());
            assertThrows(OutOfMemoryError.class, () -> checkpoints.save(3, STATE, () -> writes("more")));
            assertEquals(List.of("checkpoint-1"), names());
            assertEquals(Optional.of(run.resolve("checkpoint-1")), checkpoints.last());
            checkpoints.save(4, STATE, () -> {
                throw new IllegalStateException("not finite");
            });
        } catch (IllegalStateException e) {
            assertEquals("not finite", e.getMessage());
        }
        assertEquals(List.of("checkpoint-1"), names());
    }

    @Test
    void aFailureOfTheLastIsToldWhenClosing() {
        Checkpoints checkpoints = new Checkpoints(run, 1, 0, 0);
        checkpoints.save(7, STATE, () -> folder -> {
            throw new IOException("No space left on device");
        });
        assertRefused(RecordException.class, "step 7: " + run.resolve("checkpoint-7")
                + ": cannot be written: No space left on device; no checkpoint has been saved before",
                checkpoints::close);
        checkpoints.close();
    }

    @Test
    void nothingIsOverwritten() throws IOException {
        saveAll(1);
        try (Checkpoints checkpoints = new Checkpoints(run, 1, 0, 0)) {
            assertThrows(RunFolderException.class, () -> checkpoints.save(1, STATE, () -> writes("other")));
            checkpoints.save(2, STATE, () -> writes("two"));
            checkpoints.save(2, STATE, () -> failsHalfway());
        }
        assertThrows(RunFolderException.class, () -> Checkpoints.save(run.resolve("checkpoint-1"), writes("other")));
        assertEquals("step 1", Files.readString(run.resolve("checkpoint-1/model")));
        assertEquals(List.of("checkpoint-1", "checkpoint-2"), names());
    }

    @Test
    void whatAKilledProcessLeftIsDeletedAtTheNextStart() throws Exception {
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        String host = ManagementFactory.getRuntimeMXBean().getName().replaceFirst(".*?@", "");
        saveAll(1);
        writes("half").to(run.resolve(".checkpoint-2.partial-" + dead.pid() + "@" + host));
        writes("half").to(run.resolve(".checkpoint-0.removed-" + dead.pid() + "@" + host));
        new Checkpoints(run, 1, 0, 2).close();
        assertEquals(List.of("checkpoint-1"), names());
    }

    // ---- when and how many -----------------------------------------------------------------------------------------

    @Test
    void theyAreDueByStepsOrByTime() {
        AtomicLong now = new AtomicLong();
        try (Checkpoints none = new Checkpoints(run, 0, 0, 0, now::get);
                Checkpoints both = new Checkpoints(run, 4, 10, 0, now::get)) {
            assertFalse(none.isOn());
            assertTrue(both.isOn());
            now.set(600_000_000_000L - 1);
            assertEquals(List.of(false, true), List.of(both.due(3), both.due(4)));
            now.incrementAndGet();
            assertEquals(List.of(true, false), List.of(both.due(3), none.due(4)));
            both.save(3, STATE, () -> writes("three"));
            assertFalse(both.due(5), "the time begins anew");
        }
    }

    @Test
    void theNewestAndTheBestAreKept() throws IOException {
        saveAll(1, 2);
        try (Checkpoints checkpoints = new Checkpoints(run, 1, 0, 2)) {
            checkpoints.best(2);
            for (int done = 3; done <= 6; done++) {
                int step = done;
                checkpoints.save(done, STATE, () -> writes("step " + step));
            }
            checkpoints.await();
            assertEquals(List.of("checkpoint-2", "checkpoint-5", "checkpoint-6"), names());
            assertEquals(Optional.of(run.resolve("checkpoint-2")), checkpoints.best());
            checkpoints.best(6);
            checkpoints.save(7, STATE, () -> writes("step 7"));
        }
        assertEquals(List.of("checkpoint-6", "checkpoint-7"), names());
        assertEquals(Optional.of(run.resolve("checkpoint-7")), Checkpoints.newest(run));
    }

    @Test
    void theBestStaysUntilABetterOneStands() throws IOException {
        saveAll(1, 2);
        CountDownLatch latch = new CountDownLatch(1);
        try (Checkpoints checkpoints = new Checkpoints(run, 1, 0, 1)) {
            checkpoints.best(2);
            checkpoints.save(3, STATE, () -> waitsFor(latch, writes("step 3")));
            checkpoints.best(4); // while the one before is being written
            latch.countDown();
            checkpoints.await();
            assertEquals(List.of("checkpoint-2", "checkpoint-3"), names());
            checkpoints.save(4, STATE, CheckpointsTest::failsHalfway);
            assertThrows(OutOfMemoryError.class, checkpoints::await);
            assertEquals(List.of("checkpoint-2", "checkpoint-3"), names());
            checkpoints.save(5, STATE, () -> writes("step 5"));
            checkpoints.await();
            assertEquals(List.of("checkpoint-2", "checkpoint-5"), names());
        }
        try (Checkpoints checkpoints = new Checkpoints(run, 1, 0, 1)) {
            checkpoints.best(2);
            checkpoints.best(6);
            checkpoints.save(6, STATE, () -> writes("step 6"));
            checkpoints.await();
            assertEquals(List.of("checkpoint-6"), names());
        }
    }

    // ---- whole or not ----------------------------------------------------------------------------------------------

    @Test
    void changedBytesAreToldWithTheCheckpointBefore() throws IOException {
        saveAll(1, 2, 3);
        Files.writeString(run.resolve("checkpoint-3/model"), "step 4");
        Path damaged = run.resolve("checkpoint-3");
        assertRefused(CheckpointException.class, damaged.resolve("model") + ": its SHA-256 is not the one in "
                + "checksums.json, so it was changed or damaged after it was written; the checkpoint before it, "
                + "checkpoint-2, is whole: --resume " + run.resolve("checkpoint-2"), () -> Checkpoints.verify(damaged));
        Files.delete(run.resolve("checkpoint-2/state.json"));
        assertRefused(CheckpointException.class, "checkpoint-1, is whole", () -> Checkpoints.verify(damaged));
        assertRefused(CheckpointException.class, run.resolve("checkpoint-2/state.json") + ": is missing, and "
                + "checksums.json lists it", () -> Checkpoints.verify(run.resolve("checkpoint-2")));
        Files.writeString(run.resolve("checkpoint-1/state.json"), "{");
        assertRefused(CheckpointException.class, "state.json: its SHA-256 is not the one in checksums.json, so it was "
                + "changed or damaged after it was written; no checkpoint before it is whole: begin the run anew",
                () -> Checkpoints.verify(run.resolve("checkpoint-1")));
    }

    @Test
    void whatIsNoCheckpointOfThisFormatIsRefused() throws IOException {
        Path model = run.resolve("model");
        writes("old").to(model);
        assertRefused(CheckpointException.class, "has no state.json: it may be a model, but is no checkpoint that "
                + "training can go on from; begin a run of its own with it by --set model=" + model,
                () -> Checkpoints.verify(model));
        assertRefused(CheckpointException.class, "nothing: there is no such folder",
                () -> Checkpoints.verify(run.resolve("nothing")));
        writes("old").to(run.resolve("checkpoint-4"));
        CheckpointFolder.complete(run.resolve("checkpoint-4"), "{\"format\": 0}");
        assertRefused(CheckpointException.class, "checkpoint-4/state.json: its format is 0; this version goes on from "
                + "format 1", () -> Checkpoints.verify(run.resolve("checkpoint-4")));
        Files.writeString(run.resolve("checkpoint-4/checksums.json"), "{\"sha256\": {}}");
        assertRefused(CheckpointException.class, "json: is not listed in checksums.json",
                () -> Checkpoints.verify(run.resolve("checkpoint-4")));
        Files.writeString(run.resolve("checkpoint-4/checksums.json"), "{\"sha256\": {\"../model/model\": \"00\"}}");
        assertRefused(CheckpointException.class, "checksums.json: lists ../model/model, which is outside the folder",
                () -> Checkpoints.verify(run.resolve("checkpoint-4")));
        try (Checkpoints checkpoints = new Checkpoints(run, 1, 0, 0)) {
            assertRefused(CheckpointException.class, "its format is not told",
                    () -> checkpoints.save(5, "{}", () -> writes("five")));
        }
    }
}
