package org.catrl.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.catrl.ChildJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is ended in the middle of a folder leaves nothing of it. */
class UnfinishedFolderTest {
    @TempDir
    Path parent;

    /** Writes half a folder, says so, and waits to be ended. */
    static final class Writer {
        private Writer() { }

        /** Writes. @param arguments the folder that never stands in its place */
        public static void main(String[] arguments) {
            Checkpoints.save(Path.of(arguments[0]), partial -> {
                Files.createDirectories(partial);
                Files.writeString(partial.resolve("half"), "a model");
                System.out.println("half");
                try {
                    TimeUnit.MINUTES.sleep(5);
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            });
        }
    }

    @Test
    void aSignalLeavesNothing() throws Exception {
        Process process = new ProcessBuilder(ChildJvm.command(Writer.class, parent.resolve("model").toString())).start();
        assertEquals("half", process.inputReader().readLine());
        assertEquals(1, names().size(), "a hidden folder");
        process.destroy();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(List.of(), names());
        Checkpoints.save(parent.resolve("model"), Files::createDirectories);
        assertEquals(List.of("model"), names());
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(parent)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
