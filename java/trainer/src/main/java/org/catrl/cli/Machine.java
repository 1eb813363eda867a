package org.catrl.cli;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** What the command runs on. */
public final class Machine {
    private Machine() { }

    /** Names and values, in the order they are printed. */
    static Map<String, String> describe() {
        Map<String, String> facts = new LinkedHashMap<>();
        Runtime runtime = Runtime.getRuntime();
        facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                + System.getProperty("os.arch"));
        facts.put("processor", value("/proc/cpuinfo", "model name", "unknown"));
        facts.put("threads", Integer.toString(runtime.availableProcessors()));
        facts.put("memory", value("/proc/meminfo", "MemTotal", "unknown"));
        facts.put("java", System.getProperty("java.vendor") + " " + System.getProperty("java.runtime.version")
                + ", heap at most " + (runtime.maxMemory() >> 20) + " MiB");
        facts.put("catrl", Version.text() + ", process " + ManagementFactory.getRuntimeMXBean().getName());
        return facts;
    }

    /** Resident memory of this process in bytes, or -1 where the system does not tell. */
    public static long residentBytes() {
        String kilobytes = value("/proc/self/status", "VmRSS", "-1 kB");
        return Long.parseLong(kilobytes.split(" ")[0]) * 1024;
    }

    private static String value(String file, String name, String otherwise) {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(name)).findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip()).orElse(otherwise);
        } catch (IOException e) {
            return otherwise;
        }
    }
}
