package org.catrl.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A saved model is whole, or it is not there. */
class CheckpointsTest {
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

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(run)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void theNewestAreKept() throws IOException {
        Checkpoints checkpoints = new Checkpoints(run, 2, 2);
        for (int step = 1; step <= 7; step++) {
            checkpoints.after(step, writes("step " + step));
        }
        assertEquals(List.of("checkpoint-4", "checkpoint-6"), names());
        assertEquals("step 6", Files.readString(checkpoints.last().orElseThrow().resolve("model")));
    }

    @Test
    void aFailureLeavesTheEarlierOneAsItWasAndNothingIsOverwritten() throws IOException {
        Checkpoints checkpoints = new Checkpoints(run, 1, 0);
        checkpoints.after(1, writes("good"));
        assertThrows(OutOfMemoryError.class, () -> checkpoints.after(2, failsHalfway()));
        assertEquals(List.of("checkpoint-1"), names());
        assertEquals(Optional.of(run.resolve("checkpoint-1")), checkpoints.last());
        assertThrows(RunFolderException.class, () -> Checkpoints.save(run.resolve("checkpoint-1"), writes("other")));
        assertEquals("good", Files.readString(run.resolve("checkpoint-1/model")));
        assertEquals(List.of("checkpoint-1"), names());
    }

    @Test
    void noneAreSavedUnlessAskedFor() throws IOException {
        new Checkpoints(run, 0, 0).after(10, writes("x"));
        assertEquals(List.of(), names());
    }
}
