package org.catrl.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What the command line may say over a recipe; every option is also a key of the recipe. */
final class RunOptions {
    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Sets a key of the recipe, e.g. --set "
            + "grpo.epsilon=0.1; may be given several times.")
    private List<String> set = List.of();

    @Option(names = "--backend", paramLabel = "NAME", description = "auto, cpu, cuda or reference.")
    private String backend;

    @Option(names = "--threads", paramLabel = "N", description = "Threads of the backend; 0 = all.")
    private Integer threads;

    @Option(names = "--dtype", paramLabel = "NAME", description = "float32 or bfloat16.")
    private String dtype;

    @Option(names = "--exact", description = "On CUDA: sampler and trainer agree to the bit, at some cost in speed.")
    private Boolean exact;

    @Option(names = "--check-launches", description = "On CUDA: wait after every launch, and name what failed.")
    private Boolean checkLaunches;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of everything drawn.")
    private Long seed;

    @Option(names = "--out", paramLabel = "FOLDER", description = "The folder of the run's record: a new one, or an "
            + "empty one; nothing is overwritten.")
    private String out;

    /** The assignments in the order they take effect. */
    List<String> assignments() {
        List<String> all = new ArrayList<>(set);
        add(all, "backend", backend);
        add(all, "threads", threads);
        add(all, "dtype", dtype);
        add(all, "exact", exact);
        add(all, "check_launches", checkLaunches);
        add(all, "seed", seed);
        add(all, "out", out);
        return all;
    }

    /** Whether the folder of a record has been named. */
    boolean hasOut() {
        return out != null;
    }

    private static void add(List<String> assignments, String key, Object value) {
        if (value != null) {
            assignments.add(key + "=" + (value instanceof String text ? "'" + text.replace("'", "''") + "'" : value));
        }
    }
}
