package org.catrl.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.catrl.guard.Guard;
import org.catrl.guard.GuardMode;
import org.catrl.guard.ProbeScore;

/**
 * The signals of one run's checkpoints as {@link GuardStudy} wrote them.
 *
 * @param name that of the file, without its ending
 * @param rows by steps; each has at least steps, guard/score, error and label
 */
record GuardCurve(String name, List<Map<String, Double>> rows) {
    /** Points by which the accuracy at the end may be below the best; beyond that the run has collapsed. */
    static final double COLLAPSE = 0.05;
    /** Of signals whose error is not known, the share of their first value that is taken for it. */
    private static final double NOISE = 0.05;
    private static final String ENDING = ".csv";

    /** Reads a file. */
    static GuardCurve read(Path csv) throws IOException {
        List<String> lines = Files.readAllLines(csv);
        String[] names = lines.get(0).split(",");
        List<Map<String, Double>> rows = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] values = line.split(",");
            Map<String, Double> row = new LinkedHashMap<>();
            IntStream.range(0, names.length).forEach(i -> row.put(names[i], Double.parseDouble(values[i])));
            rows.add(row);
        }
        rows.sort(Comparator.comparingDouble(row -> row.get("steps")));
        return new GuardCurve(csv.getFileName().toString().replace(ENDING, ""), rows);
    }

    /** The same run, had it ended after so many steps. */
    GuardCurve until(int steps) {
        return new GuardCurve(name + "[:" + steps + "]", rows.stream().filter(row -> row.get("steps") <= steps)
                .toList());
    }

    /** The label of a row. */
    double label(int row) {
        return rows.get(row).get("label");
    }

    /** The steps of a row. */
    int steps(int row) {
        return rows.get(row).get("steps").intValue();
    }

    /** The steps of all rows. */
    List<Integer> allSteps() {
        return IntStream.range(0, rows.size()).mapToObj(this::steps).toList();
    }

    /** The accuracy at the end. */
    double last() {
        return label(rows.size() - 1);
    }

    /** The row that is best by labels. */
    int best() {
        return IntStream.range(0, rows.size()).boxed().max(Comparator.comparingDouble(this::label)).orElseThrow();
    }

    boolean isCollapse() {
        return label(best()) - last() > COLLAPSE;
    }

    /** The row of the checkpoint that the guard's score picks among the first rows. */
    int kept(int until) {
        return IntStream.rangeClosed(0, until).boxed().max(Comparator.comparingDouble(row ->
                rows.get(row).get(Guard.SCORE))).orElseThrow();
    }

    /** Whether all signals were computed, not the score alone. */
    boolean isWhole() {
        return rows.get(0).containsKey(GuardSignals.Followed.FLIPS.column());
    }

    /** The row at which the guard warns first. */
    OptionalInt warned(double loss) {
        return warned(GuardSignals.Followed.SCORE, loss);
    }

    /** The row at which a guard that followed another signal would warn first. */
    OptionalInt warned(GuardSignals.Followed signal, double loss) {
        Guard guard = new Guard(GuardMode.WARN, loss);
        int first = signal == GuardSignals.Followed.FLIPS ? 1 : 0; // nothing has flipped before the first
        return IntStream.range(first, rows.size()).filter(row -> guard.after(score(row, signal)).isPresent()).findFirst();
    }

    private ProbeScore score(int row, GuardSignals.Followed signal) {
        double error = signal == GuardSignals.Followed.SCORE ? rows.get(row).get("error")
                : NOISE * Math.abs(signal.of(rows.get(0)));
        return new ProbeScore(steps(row), signal.of(rows.get(row)), error, 0);
    }
}
