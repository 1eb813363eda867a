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
import org.catrl.guard.GuardReport;
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

    /** The row at which the guard warns first. */
    OptionalInt warned(double loss) {
        return warned(Guard.SCORE, 1, loss);
    }

    /**
     * The row at which a guard that followed another signal would warn first.
     *
     * @param sign 1 where the signal falls when something is wrong, -1 where it rises
     */
    OptionalInt warned(String signal, int sign, double loss) {
        Guard guard = new Guard(GuardMode.WARN, loss);
        return IntStream.range(0, rows.size()).filter(row -> guard.after(score(row, signal, sign))
                .map(GuardReport::steps).isPresent()).findFirst();
    }

    private ProbeScore score(int row, String signal, int sign) {
        double error = signal.equals(Guard.SCORE) ? rows.get(row).get("error") : 0;
        return new ProbeScore(steps(row), sign * rows.get(row).get(signal), error, 0);
    }
}
