package org.catrl.record;

import java.util.regex.Pattern;

/** The metrics in which two runs of one recipe and seed may differ: those of time, memory and the network. */
public final class MachineMetrics {
    private static final Pattern NAMES = Pattern.compile("timing_s/.*|step_time|perf/.*|memory/.*|judge/latency_.*"
            + "|judge/retries");

    private MachineMetrics() { }

    /** Whether a metric tells of the machine, and not of what was learned. */
    public static boolean holds(String name) {
        return NAMES.matcher(name).matches();
    }
}
