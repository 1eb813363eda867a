package org.catrl.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * {@link LinearBench}'s JSON ({@code -rf json -rff FILE}) as a table of medians and their ratio. The spread is the
 * slowest over the fastest iteration of the side where that is larger: far above 1.2, something else ran beside, and
 * the row says nothing. A steady disturbance leaves no spread: OpenBLAS far below its usual rate is the other sign.
 */
public final class LinearReport {
    private LinearReport() { }

    /** @param arguments the JSON file */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 1) {
            throw new IllegalArgumentException("LinearReport takes 1 file, JMH's JSON of LinearBench; it got "
                    + arguments.length);
        }
        System.out.print(table(Run.read(Path.of(arguments[0]))));
    }

    /** A Markdown table of the products that were measured on both sides; empty when there is none. */
    static String table(List<Run> runs) {
        Map<String, Map<String, Run>> sides = runs.stream().filter(run -> run.benchmark().startsWith("LinearBench."))
                .collect(Collectors.groupingBy(LinearReport::row, TreeMap::new,
                        Collectors.toMap(run -> run.parameter("side"), run -> run)));
        String rows = sides.entrySet().stream().filter(side -> side.getValue().size() == 2)
                .map(side -> line(side.getKey(), side.getValue())).collect(Collectors.joining());
        return rows.isEmpty() ? ""
                : "| product | m n k | threads | catrl GFLOP/s | OpenBLAS GFLOP/s | ratio | spread |\n"
                + "|---|---|---|---|---|---|---|\n" + rows;
    }

    private static String row(Run run) {
        return "| " + run.parameter("product") + " | " + run.parameter("shape") + " | " + run.parameter("threads");
    }

    private static String line(String row, Map<String, Run> sides) {
        Run catrl = sides.get("catrl");
        Run openblas = sides.get("openblas");
        return String.format(Locale.ROOT, "%s | %.0f | %.0f | %.2f | %.2f |\n", row, gigaflops(catrl),
                gigaflops(openblas), gigaflops(catrl) / gigaflops(openblas), Math.max(spread(catrl), spread(openblas)));
    }

    private static double spread(Run run) {
        return run.highest() / run.lowest();
    }

    /** 2 m n k operations in the median time. */
    private static double gigaflops(Run run) {
        if (!run.unit().equals("us/op")) {
            throw new IllegalArgumentException(run.benchmark() + " is in " + run.unit()
                    + "; run it without -bm and -tu, so that it is in us/op");
        }
        return Arrays.stream(run.parameter("shape").split(" ")).mapToDouble(Double::parseDouble)
                .reduce(2, (a, b) -> a * b) / run.median() / 1e3;
    }
}
