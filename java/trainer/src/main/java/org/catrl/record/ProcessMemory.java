package org.catrl.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** What this process holds of the machine's memory, and other facts that the system keeps in files of "name: value". */
public final class ProcessMemory {
    private ProcessMemory() { }

    /** The resident memory in bytes; empty where the system does not tell. */
    public static OptionalLong residentBytes() {
        return fact(Path.of("/proc/self/status"), "VmRSS").stream()
                .mapToLong(kilobytes -> Long.parseLong(kilobytes.split(" ")[0]) * 1024).findFirst();
    }

    /** The value of the first line "NAME: VALUE" of a file; empty where there is none. */
    public static Optional<String> fact(Path file, String name) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(name)).findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
