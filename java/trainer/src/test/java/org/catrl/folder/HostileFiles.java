package org.catrl.folder;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What a folder may hold in place of a file, by what the complaint about it must say. */
public final class HostileFiles {
    /** Puts something in a file's place. */
    public interface Harm {
        void to(Path file) throws IOException;
    }

    private HostileFiles() { }

    /** Every kind of what is no file of the folder. */
    public static Map<String, Harm> all() {
        return Map.of("outside the folder", HostileFiles::linkOut,
                "where there is no file", file -> link(file, file.resolveSibling("nothing")),
                "cannot be reached", file -> link(file, file.getFileName()),
                "is not a regular file", HostileFiles::pipe,
                "/dev/zero, outside the folder", file -> link(file, Path.of("/dev/zero")),
                "Git LFS pointer, not the file itself; run git lfs pull", HostileFiles::pointer);
    }

    private static void linkOut(Path file) throws IOException {
        Path secret = file.toAbsolutePath().getParent().resolveSibling("secret");
        Files.writeString(secret, "{\"key\": \"secret\"}");
        link(file, secret);
    }

    private static void link(Path file, Path target) throws IOException {
        Files.deleteIfExists(file);
        Files.createSymbolicLink(file, target);
    }

    /** A pipe that nobody writes to: whoever opens it waits for ever. */
    public static void pipe(Path file) throws IOException {
        Files.deleteIfExists(file);
        try {
            assumeTrue(new ProcessBuilder("mkfifo", file.toString()).start().waitFor(5, TimeUnit.SECONDS),
                    "skipped: there is no mkfifo");
        } catch (IOException | InterruptedException e) {
            assumeTrue(false, "skipped: there is no mkfifo");
        }
    }

    private static void pointer(Path file) throws IOException {
        Files.deleteIfExists(file);
        Files.writeString(file, "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n");
    }

    /** A file of that many bytes, none of which is on the disk. */
    public static void sparse(Path file, long bytes) throws IOException {
        Files.deleteIfExists(file);
        try (RandomAccessFile created = new RandomAccessFile(file.toFile(), "rw")) {
            created.setLength(bytes);
        }
    }
}
