package org.catrl.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.catrl.record.RecordException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs on a disk of their own, which fills up or cannot be written to; a user who may not mount one skips them. */
class ResumeDiskTest {
    private static final Path CAT = Path.of("../../models/arithmetic/cat.yaml");

    @TempDir
    Path folder;

    private Path disk;
    private boolean mounted;

    /** Room for two checkpoints of 10 MB, and not for three. */
    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectories(folder.resolve("disk"));
        mounted = run("mount", "-t", "tmpfs", "-o", "size=25m", "tmpfs", disk.toString()) == 0;
        assumeTrue(mounted, "skipped: this user may not mount a disk");
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            assertEquals(0, run("umount", disk.toString()));
        }
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
    }

    private static List<String> settings(Path out) {
        return new ArrayList<>(List.of("backend=cpu", "threads=1", "max_steps=4", "prompts_per_step=1", "save_steps=1",
                "save_total_limit=0", "grpo.num_generations=2", "grpo.mini_batches=1", "eval.problems=0", "out=" + out));
    }

    @Test
    void aFullDiskEndsTheRunAndLosesNothing() throws Exception {
        Path out = disk.resolve("run");
        String message = assertThrows(RecordException.class, () -> TrainingRun.of(CAT, settings(out)).run())
                .getMessage();
        assertTrue(message.startsWith("step 3: " + out.resolve("checkpoint-3")) && message.contains(": cannot be written: ")
                && message.endsWith("No space left on device; the last checkpoint is " + out.resolve("checkpoint-2")),
                message);
        assertEquals(List.of("checkpoint-1", "checkpoint-2"), checkpoints(out));
        assertEquals(0, run("mount", "-o", "remount,size=100m", disk.toString()));
        TrainingRun.resume(out, List.of()).run();
        TrainingRun.of(CAT, settings(folder.resolve("whole"))).run();
        assertEquals(RunBits.of(folder.resolve("whole")), RunBits.of(out));
    }

    @Test
    void aDiskThatCannotBeWrittenToIsFoundBeforeAnythingElse() throws Exception {
        Path out = disk.resolve("run");
        TrainingRun run = TrainingRun.of(CAT, settings(out));
        run.listener(new RunListener() {
            @Override
            public void step(int done, int steps, Map<String, Double> metrics) {
                run.pause();
            }
        }).run();
        assertEquals(0, run("mount", "-o", "remount,ro", disk.toString()));
        String message = assertThrows(RecordException.class, () -> TrainingRun.resume(out, List.of()).run())
                .getMessage();
        assertEquals(out.resolve(".lock") + ": cannot be written: Read-only file system", message);
        assertEquals(0, run("mount", "-o", "remount,rw,size=100m", disk.toString()));
        assertEquals(4, TrainingRun.resume(out, List.of()).run().steps());
    }

    private static List<String> checkpoints(Path run) throws IOException {
        try (Stream<Path> files = Files.list(run)) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.contains("checkpoint"))
                    .sorted().toList();
        }
    }
}
