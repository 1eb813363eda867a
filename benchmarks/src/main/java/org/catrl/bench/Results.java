package org.catrl.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;

/**
 * Prints a page for benchmarks/results: machine, JDK, commands, medians. Run it on the machine that measured, with the
 * files that JMH wrote ({@code -rf json -rff FILE}).
 */
public final class Results {
    private Results() { }

    /** @param arguments JSON files, at least one */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length == 0) {
            throw new IllegalArgumentException("Results takes one or more files that JMH wrote with -rf json");
        }
        List<Run> runs = new ArrayList<>();
        for (String file : arguments) {
            runs.addAll(Run.read(Path.of(file)));
        }
        System.out.print(page(runs));
    }

    static String page(List<Run> runs) {
        return "# CPU results, " + LocalDate.now() + "\n\n" + machine(runs.get(0).json()) + commands(runs)
                + section("Tokens per second", throughput(runs))
                + section("Matrix products beside OpenBLAS", LinearReport.table(runs));
    }

    private static String machine(JsonNode run) {
        return "- Processor: " + Host.processor() + "\n- Memory: " + Host.memory() + "\n- System: " + Host.system()
                + "\n- Backend: " + backend() + "\n- Java: " + run.path("vmName").asText() + " "
                + run.path("vmVersion").asText() + ", JMH " + run.path("jmhVersion").asText() + "\n";
    }

    private static String backend() {
        try (Backend backend = Backends.open("cpu", Runtime.getRuntime().availableProcessors()).backend()) {
            return backend.description() + " (each table names the threads it was measured with)";
        }
    }

    private static String commands(List<Run> runs) {
        return "\n```\n" + runs.stream().map(Results::command).distinct().collect(Collectors.joining("\n"))
                + "\n```\nScores are medians over the iterations. [README](../README.md) says how to build and run.\n";
    }

    private static String command(Run run) {
        String bench = run.benchmark().substring(0, run.benchmark().indexOf('.'));
        return "org.openjdk.jmh.Main " + bench + " " + run.options() + " -p threads=" + run.parameter("threads");
    }

    private static String throughput(List<Run> runs) {
        String rows = runs.stream().filter(run -> run.unit().equals("ops/s")).map(Results::line)
                .collect(Collectors.joining());
        return rows.isEmpty() ? "" : "| benchmark | storage | threads | median | lowest | highest | iterations |\n"
                + "|---|---|---|---|---|---|---|\n" + rows;
    }

    private static String line(Run run) {
        return String.format(Locale.ROOT, "| %s | %s | %s | %,.0f | %,.0f | %,.0f | %d |\n", run.benchmark(),
                run.parameter("storage").isEmpty() ? "F32" : run.parameter("storage"), run.parameter("threads"),
                run.median(), run.lowest(), run.highest(), run.scores().length);
    }

    private static String section(String title, String table) {
        return table.isEmpty() ? "" : "\n## " + title + "\n" + table;
    }
}
