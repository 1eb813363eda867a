package org.catrl.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Where a recorded run's steps are made or scored again. */
final class PlaceOptions {
    @Option(names = "--backend", paramLabel = "NAME", description = "auto, cpu, cuda or reference.")
    private String backend;

    @Option(names = "--threads", paramLabel = "N", description = "Threads of the backend; 0 = all.")
    private Integer threads;

    /** The assignments, as behind --set. */
    List<String> assignments() {
        List<String> all = new ArrayList<>();
        if (backend != null) {
            all.add("backend=" + backend);
        }
        if (threads != null) {
            all.add("threads=" + threads);
        }
        return all;
    }
}
