package org.catrl.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Folders that are there already, that are links, that are half made, or that cannot be written to. */
@Tag("hostile")
class HostileFolderTest {
    private static final LocalDateTime NOW = LocalDateTime.of(2026, 1, 2, 3, 4, 5);
    private static final String HOST = ManagementFactory.getRuntimeMXBean().getName().replaceFirst(".*?@", "");

    @TempDir
    Path parent;

    private static Checkpoints.Saving writes(String text) {
        return folder -> {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("model"), text);
        };
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    // ---- whose folder it is ----------------------------------------------------------------------------------------

    @Test
    void runsThatBeginInOneSecondGetAFolderEach() {
        Set<Path> folders = ConcurrentHashMap.newKeySet();
        IntStream.range(0, 16).parallel().forEach(i -> {
            try (RunRecord run = RunRecord.begin(RunFolder.named(parent, "cat", NOW), Map.of(), 0)) {
                run.facts(Map.of("number", "" + i));
                folders.add(run.folder().folder());
            }
        });
        assertEquals(16, folders.size());
        assertTrue(folders.contains(parent.resolve("runs/2026-01-02-030405-cat"))
                && folders.contains(parent.resolve("runs/2026-01-02-030405-cat-16")), folders.toString());
    }

    @Test
    void ofRunsThatWantOneFolderOneGetsIt() {
        long made = IntStream.range(0, 16).parallel().filter(i -> {
            try {
                RunFolder.create(parent.resolve("out"));
                return true;
            } catch (RunFolderException e) {
                return false;
            }
        }).count();
        assertEquals(1, made);
    }

    @Test
    void aFolderOfSomebodyElseIsRefusedAndLeftAsItIs() throws IOException {
        Files.createDirectories(parent.resolve("proj/model"));
        Files.writeString(parent.resolve("proj/model/weights"), "mine");
        String message = assertThrows(RunFolderException.class,
                () -> RunFolder.create(parent.resolve("proj"))).getMessage();
        assertTrue(message.contains("proj: holds other files (model), and nothing is overwritten"), message);
        assertThrows(RunFolderException.class, () -> Checkpoints.save(parent.resolve("proj/model"), writes("new")));
        assertEquals("mine", Files.readString(parent.resolve("proj/model/weights")));
        assertEquals(List.of("model"), names(parent.resolve("proj")));
        RunFolder.create(Files.createDirectories(parent.resolve("empty")));
    }

    @Test
    void aLinkInTheModelsPlaceIsNotFollowed() throws IOException {
        Path outside = Files.createDirectories(parent.resolve("outside"));
        Files.writeString(outside.resolve("precious"), "mine");
        Files.createSymbolicLink(parent.resolve("model"), outside);
        assertThrows(RunFolderException.class, () -> Checkpoints.save(parent.resolve("model"), writes("new")));
        Files.createSymbolicLink(parent.resolve("dangling"), parent.resolve("nothing"));
        assertThrows(RunFolderException.class, () -> Checkpoints.save(parent.resolve("dangling"), writes("new")));
        assertEquals("mine", Files.readString(outside.resolve("precious")));
    }

    // ---- removing --------------------------------------------------------------------------------------------------

    private static void save(Checkpoints checkpoints, int done, Checkpoints.Saving saving) {
        checkpoints.save(done, "{\"format\": 1}", () -> saving);
        checkpoints.await();
    }

    @Test
    void whatAUserPutIntoACheckpointKeepsIt() throws IOException {
        try (Checkpoints checkpoints = new Checkpoints(parent, 1, 0, 1)) {
            save(checkpoints, 1, writes("1"));
            Files.writeString(parent.resolve("checkpoint-1/notes.txt"), "mine");
            save(checkpoints, 2, writes("2"));
            save(checkpoints, 3, writes("3"));
        }
        assertEquals(List.of("checkpoint-1", "checkpoint-3"), names(parent));
        assertEquals("1", Files.readString(parent.resolve("checkpoint-1/model")));
    }

    @Test
    void aLinkInACheckpointKeepsItToo() throws IOException {
        Path outside = Files.createDirectories(parent.resolve("outside"));
        Files.writeString(outside.resolve("precious"), "mine");
        Path run = Files.createDirectories(parent.resolve("run"));
        try (Checkpoints checkpoints = new Checkpoints(run, 1, 0, 1)) {
            save(checkpoints, 1, writes("1"));
            Files.createSymbolicLink(run.resolve("checkpoint-1/tokenizer"), outside);
            save(checkpoints, 2, writes("2"));
            Files.createSymbolicLink(run.resolve("checkpoint-9"), outside);
            save(checkpoints, 3, writes("3"));
        }
        assertEquals(List.of("checkpoint-1", "checkpoint-3", "checkpoint-9"), names(run));
        assertEquals("mine", Files.readString(outside.resolve("precious")));
    }

    @Test
    void aCheckpointThatIsGoneEndsNothing() throws IOException {
        try (Checkpoints checkpoints = new Checkpoints(parent, 1, 0, 1)) {
            save(checkpoints, 1, writes("1"));
            for (String name : names(parent.resolve("checkpoint-1"))) {
                Files.delete(parent.resolve("checkpoint-1").resolve(name));
            }
            Files.delete(parent.resolve("checkpoint-1"));
            save(checkpoints, 2, writes("2"));
        }
        assertEquals(List.of("checkpoint-2"), names(parent));
    }

    /** At no moment of a removal is half a checkpoint there under its name: a killed process leaves a hidden folder. */
    @Test
    void whatKilledProcessesLeftIsRemovedAtTheNextStartAndNothingElse() throws Exception {
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        Path run = Files.createDirectories(parent.resolve("runs/old"));
        Files.writeString(run.resolve("run.db"), "");
        String alive = ManagementFactory.getRuntimeMXBean().getName();
        List<String> stay = List.of(".checkpoint-2.removed-" + alive, ".checkpoint-3.removed-" + dead.pid() + "@other",
                ".mine.removed", "checkpoint-5", "run.db");
        for (String name : List.of(".checkpoint-1.removed-" + dead.pid() + "@" + HOST,
                ".model.partial-" + dead.pid() + "@" + HOST, stay.get(0), stay.get(1), stay.get(2), stay.get(3))) {
            writes("half").to(run.resolve(name));
        }
        RunFolder.create(parent.resolve("runs/new"));
        assertEquals(stay.stream().sorted().toList(), names(run));
        writes("half").to(parent.resolve(".exported.partial-" + dead.pid() + "@" + HOST));
        Checkpoints.save(parent.resolve("exported"), writes("whole"));
        assertEquals(List.of("exported", "runs"), names(parent));
    }

    /** A run without --out, which is what most are, cleans up too. */
    @Test
    void aRunThatIsNamedRemovesWhatKilledOnesLeft() throws Exception {
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        Path killed = parent.resolve("runs/killed");
        writes("half").to(killed.resolve(".model.partial-" + dead.pid() + "@" + HOST));
        Files.writeString(killed.resolve("run.db"), "");
        RunFolder.named(parent, "cat", NOW);
        assertEquals(List.of("run.db"), names(killed));
    }

    // ---- disks -----------------------------------------------------------------------------------------------------

    @Test
    void aDiskThatIsFullIsToldWithFileStepAndWhatIsLeft() throws IOException {
        Checkpoints checkpoints = new Checkpoints(parent, 1, 0, 0);
        Checkpoints.Saving full = folder -> {
            writes("half").to(folder);
            throw new FileSystemException(folder.resolve("model").toString(), null, "No space left on device");
        };
        assertMessage("step 1: " + parent.resolve("checkpoint-1/model") + ": cannot be written: No space left on device; no "
                + "checkpoint has been saved before", () -> save(checkpoints, 1, full));
        save(checkpoints, 2, writes("2"));
        assertMessage("the last checkpoint is " + parent.resolve("checkpoint-2"), () -> save(checkpoints, 3, full));
        checkpoints.close();
        assertMessage("model: cannot be written: No space left on device",
                () -> Checkpoints.save(parent.resolve("model"), full));
        assertEquals(List.of("checkpoint-2"), names(parent));
    }

    @Test
    void aRecordThatCannotBeWrittenNamesItsFile() throws IOException {
        assumeTrue(Files.exists(Path.of("/dev/full")), "skipped: there is no /dev/full here");
        try (RunRecord run = RunRecord.begin(RunFolder.create(parent.resolve("out")), Map.of(), 0)) {
            Files.createSymbolicLink(run.folder().folder().resolve("summary.json"), Path.of("/dev/full"));
            assertMessage("summary.json: cannot be written: No space left on device",
                    () -> run.summary(Map.of("steps", 1)));
        }
        assertMessage("the run's folder cannot be made", () -> RunFolder.create(Path.of("/dev/full/run")));
    }

    @Test
    void aFileInPlaceOfAFolderIsFoundAtTheStart() throws IOException {
        Path file = Files.createFile(parent.resolve("file"));
        assertThrows(RunFolderException.class, () -> RunFolder.create(file));
        assertMessage("the run's folder cannot be made", () -> RunFolder.create(file.resolve("run")));
        Files.createFile(parent.resolve("runs"));
        assertMessage("the run's folder cannot be made", () -> RunFolder.named(parent, "cat", NOW));
        assertFalse(Files.isDirectory(parent.resolve("runs")));
    }

    private static void assertMessage(String part, Executable writing) {
        String message = assertThrows(RecordException.class, writing).getMessage();
        assertTrue(message.contains(part), message);
    }
}
