package org.catrl.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** What the figures were measured on. */
final class Host {
    private Host() { }

    static String processor() {
        return value("/proc/cpuinfo", "model name") + ", " + Runtime.getRuntime().availableProcessors()
                + " threads visible";
    }

    static String memory() {
        return value("/proc/meminfo", "MemTotal");
    }

    static String system() {
        return System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                + System.getProperty("os.arch");
    }

    /** NVIDIA's driver, as it names itself; empty where there is none. */
    static Optional<String> driver() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/driver/nvidia/version"))) {
            return lines.findFirst().map(line -> line.replaceAll("\\s+", " "));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The most memory that was ever resident in this process. */
    static String peakMemory() {
        return value("/proc/self/status", "VmHWM");
    }

    /** The value of the first line "name: value", or "unknown" where the system has no such file or line. */
    private static String value(String file, String name) {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(name)).findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip()).orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }
}
