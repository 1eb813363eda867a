package org.catrl.cli;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.catrl.record.ProcessMemory;

/** What the command runs on. */
final class Machine {
    private Machine() { }

    /** Names and values, in the order they are printed. */
    static Map<String, String> describe() {
        Map<String, String> facts = new LinkedHashMap<>();
        Runtime runtime = Runtime.getRuntime();
        facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                + System.getProperty("os.arch"));
        facts.put("processor", fact("/proc/cpuinfo", "model name"));
        facts.put("threads", Integer.toString(runtime.availableProcessors()));
        facts.put("memory", fact("/proc/meminfo", "MemTotal"));
        facts.put("java", System.getProperty("java.vendor") + " " + System.getProperty("java.runtime.version")
                + ", heap at most " + (runtime.maxMemory() >> 20) + " MiB");
        facts.put("catrl", Version.text() + ", process " + ManagementFactory.getRuntimeMXBean().getName());
        return facts;
    }

    private static String fact(String file, String name) {
        return ProcessMemory.fact(Path.of(file), name).orElse("unknown");
    }
}
