package org.catrl.model;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** The test material beside the project's folder, where there is any. */
final class SharedData {
    private static final Path FOLDER = Path.of("../../../shared/data");

    private SharedData() { }

    /** Skips the calling test, saying so, where the file is absent. */
    static Path file(String name) {
        Path file = FOLDER.resolve(name);
        assumeTrue(Files.exists(file), () -> "skipped: " + file.toAbsolutePath().normalize() + " is absent");
        return file;
    }
}
